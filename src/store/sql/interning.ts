/** Makes equal texts one: each row brings its own, and a fleet has a hundred thousand rows, but few VENs and meters. */
export function createInterning(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const same = known.get(text);
    if (same !== undefined) return same;
    known.set(text, text);
    return text;
  };
}
