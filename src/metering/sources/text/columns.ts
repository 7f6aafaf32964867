import { plainName } from '../../../fleet/import/header.ts';

/** What a row of a table of readings has. */
export type Field = 'meter' | 'component' | 'time' | 'watts';

/** The names of columns, the usual one first; case, spaces, `_` and `-` do not matter. */
export const columnNames: Readonly<Record<Field, readonly string[]>> = {
  meter: ['h5_meter_id', 'meter_id', 'meter'],
  component: ['load_component', 'component', 'load'],
  time: ['time', 'timestamp', 'datetime', 'interval_start', 'start'],
  watts: ['W', 'watt', 'watts', 'power_w', 'power'],
};

/** Where each field stands among these names, or what is wrong with them. */
export function findFields(names: readonly string[]): Record<Field, number> | { readonly problem: string } {
  const plain = names.map(plainName);
  const found: Partial<Record<Field, number>> = {};
  for (const [field, synonyms] of Object.entries(columnNames) as [Field, readonly string[]][]) {
    const at = synonyms.map((name) => plain.indexOf(plainName(name))).find((index) => index >= 0);
    if (at === undefined) return { problem: `names no column "${synonyms[0]}"` };
    if (plain.lastIndexOf(plain[at] as string) !== at) return { problem: `names "${names[at]}" twice` };
    found[field] = at;
  }
  return found as Record<Field, number>;
}
