import { fieldsOf, parseJson } from '../../openadr/http/json.ts';
import { idField, textField } from '../../profiles/answers/json-body.ts';
import type { Hint } from './hint.ts';

/**
 * What a notification is about, as far as it says. VTNs send the notification of the documents (with `objectType`, `operation` and
 * `object`), the bare object, only its id, all that in snake_case, or as a JSON text within JSON: what cannot be read is a hint
 * all the same. Never throws.
 */
export function readHint(via: Hint['via'], text: string): Hint {
  const told = unwrapped(text);
  const object = told.object === undefined ? undefined : unwrapped(told.object);
  // Beside an object, `id` is that of the notification.
  const objectId = object
    ? idOf(object)
    : (idField(told, 'objectID') ?? idField(told, 'object_id') ?? idOf(told));
  return { via, objectType: typeOf(told) ?? (object && typeOf(object)), objectId };
}

/** JSON within JSON, and no deeper. */
const mostWrappings = 3;

function unwrapped(value: unknown): Record<string, unknown> {
  let found = value;
  for (let times = 0; times < mostWrappings && typeof found === 'string'; times++) found = parseJson(found);
  return fieldsOf(found);
}

const idOf = (object: unknown) => idField(object) ?? idField(object, 'ID');

function typeOf(object: unknown): string | undefined {
  const type = textField(object, 'objectType') ?? textField(object, 'object_type');
  return type !== undefined && /^[a-z_]{1,40}$/i.test(type) ? type.toUpperCase() : undefined;
}
