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
  const keys = Object.keys(value);
  let isInOrder = true;
  for (let n = 1; n < keys.length; n++) {
    if ((keys[n - 1] as string) > (keys[n] as string)) isInOrder = false;
  }
  const fields = value as Record<string, unknown>;
  let isSame = isInOrder;
  const entries = (isInOrder ? keys : keys.sort()).map((key): [string, unknown] => {
    const field = sorted(fields[key], depth + 1, found);
    if (field !== fields[key]) isSame = false;
    return [key, field];
  });
  // Not by assignment: a field may be called `__proto__`.
  return isSame ? value : Object.fromEntries(entries);
}

function sortedList(list: readonly unknown[], depth: number, found: { isTooDeep: boolean }): unknown {
  let copy: unknown[] | undefined;
  for (let n = 0; n < list.length; n++) {
    const item = sorted(list[n], depth + 1, found);
    if (item === list[n]) continue;
    copy ??= list.slice();
    copy[n] = item;
  }
  return copy ?? list;
}
