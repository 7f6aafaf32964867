/** Lists and objects within one another; no object of OpenADR has a tenth of that. */
const deepest = 64;

/**
 * A value that came as JSON, as JSON text with the fields of objects in the order of their names (those that are integers
 * first): equal texts say the same. `isTooDeep`: what is nested deeper than 64 is left out of it, an empty list in its place.
 */
export function canonicalJson(value: unknown): { readonly text: string; readonly isTooDeep: boolean } {
  const found = { isTooDeep: false };
  const text = JSON.stringify(sorted(value, 1, found)) ?? 'null';
  return { text, isTooDeep: found.isTooDeep };
}

/** The same value with its fields in order: itself, where they are already. */
function sorted(value: unknown, depth: number, found: { isTooDeep: boolean }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) {
    found.isTooDeep = true;
    return [];
  }
  if (Array.isArray(value)) return sortedList(value, depth, found);
  const fields = value as Record<string, unknown>;
  const keys = Object.keys(fields);
  // Most objects are in order, and are not copied.
  let changed: Map<string, unknown> | undefined;
  let isInOrder = true;
  for (let n = 0; n < keys.length; n++) {
    const key = keys[n] as string;
    if (n > 0 && (keys[n - 1] as string) > key) isInOrder = false;
    const before = fields[key];
    if (typeof before !== 'object' || before === null) continue;
    const after = sorted(before, depth + 1, found);
    if (after === before) continue;
    changed ??= new Map();
    changed.set(key, after);
  }
  if (isInOrder && changed === undefined) return value;
  const copy: Record<string, unknown> = {};
  for (const key of keys.sort()) {
    const field = changed?.get(key) ?? fields[key];
    // Assigned, it would be no field of the copy.
    if (key === '__proto__')
      return Object.fromEntries(keys.map((one) => [one, changed?.get(one) ?? fields[one]]));
    copy[key] = field;
  }
  return copy;
}

function sortedList(list: readonly unknown[], depth: number, found: { isTooDeep: boolean }): unknown {
  let copy: unknown[] | undefined;
  for (let n = 0; n < list.length; n++) {
    if (typeof list[n] !== 'object') continue;
    const item = sorted(list[n], depth + 1, found);
    if (item === list[n]) continue;
    copy ??= list.slice();
    copy[n] = item;
  }
  return copy ?? list;
}
