import type { CreateOutcome } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { describeBody, idField, jsonBody } from '../answers/json-body.ts';
import { pickFields } from '../answers/pick-fields.ts';
import { readConflict, readRefusal } from '../answers/read-refusal.ts';
import { problemDetail } from './problem-detail.ts';

/**
 * Reads the answer to a POST; `isOurs` looks at the object in it, which has these fields alone, and an id. `shorten`:
 * see `pickFields`.
 */
export function readCreate(
  response: WireResponse,
  fields: readonly string[],
  isOurs: (object: unknown) => boolean,
  shorten?: (name: string, field: string) => string,
): CreateOutcome {
  const { status } = response;
  if (status === 200 || status === 201) {
    const body = jsonBody({ body: pickFields(response.body, fields, shorten) });
    const id = idField(body);
    if (id === undefined) return nonsense(status, `without an id: ${describeBody(response)}`);
    if (!isOurs(body)) return { kind: 'exists', status, id, reason: `HTTP ${status} with another object` };
    // 200 is no answer to a creation: it may be an object that was there before.
    if (status === 200) return { kind: 'exists', status, id, reason: 'HTTP 200 with an object' };
    return { kind: 'created', id };
  }
  if (status === 409) return readConflict(response, problemDetail);
  return readRefusal(response, problemDetail);
}

/** Whether an object is of this kind, as far as it says. The documents name those of the requests as well. */
export function isKind(object: unknown, kinds: readonly unknown[]): boolean {
  const { objectType } = (object ?? {}) as { objectType?: unknown };
  return objectType === undefined || objectType === null || kinds.includes(objectType);
}

function nonsense(status: number, what: string): CreateOutcome {
  return { kind: 'nonsense', status, reason: `HTTP ${status} ${what}` };
}
