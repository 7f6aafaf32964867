/** The value of a JSON text, or undefined where it is none. `reviver` as `JSON.parse` has it. */
export function parseJson(text: string, reviver?: Parameters<typeof JSON.parse>[1]): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}

/** The fields of an object; none where it is no object. For bodies that are read as far as they go. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
