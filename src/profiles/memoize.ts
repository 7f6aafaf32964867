/**
 * Makes each text once, and remembers up to `most` of them; for one more, all are forgotten. For pure functions
 * alone: what is remembered only saves time, so it may be shared by all who ask, for as long as the process lives.
 */
export function memoize(make: (text: string) => string, most: number): (text: string) => string {
  const made = new Map<string, string>();
  return (text) => {
    let result = made.get(text);
    if (result === undefined) {
      result = make(text);
      if (made.size >= most) made.clear();
      made.set(text, result);
    }
    return result;
  };
}
