import type { AttributeReader } from '../attributes.ts';
import type { ListQuery } from '../list-query.ts';
import { text } from '../readers.ts';

/** Targets of 3.0: valuesMaps of texts. */
interface Target {
  readonly type: string;
  readonly values: readonly string[];
}

/** The targets of a VEN or resource as JSON text; empty where there are none. 400 where they are wrong. */
export function readTargets(attributes: AttributeReader, value: unknown): string {
  const json = attributes.readText(value, 'targets');
  if (json !== '') for (const { values } of value as Target[]) for (const one of values) text(one, 'targets');
  return json;
}

/** Whether one of these is what the query asks for, if it asks for any. */
export function hasTarget(targets: unknown, { target: wanted }: ListQuery): boolean {
  if (!wanted) return true;
  return ((targets ?? []) as readonly Target[]).some(
    ({ type, values }) => type === wanted.type && values.some((value) => wanted.values.includes(value)),
  );
}

/** The same of targets that are kept as JSON text. */
export function hasTargetText(targets: string, query: ListQuery): boolean {
  return !query.target || (targets !== '' && hasTarget(JSON.parse(targets), query));
}
