import type { Answer } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import type { Changed, RemoteResource, Updated } from '../reconciliation-profile.ts';
import { describeBody, jsonBody } from './json-body.ts';
import { isPageForPeople, type ReadDetail, readFindRefusal } from './read-refusal.ts';

/** Reads the answer to a change. What the VTN does not have (404, 410) is `gone`. */
export function readChange(response: WireResponse, detail: ReadDetail): Answer<Changed> {
  const { status } = response;
  if (status < 300 && isPageForPeople(response))
    return { kind: 'refused', status, reason: `HTTP ${status}: ${describeBody(response)}` };
  if (status >= 200 && status < 300) return { kind: 'done', value: 'changed' };
  if (status === 404 || status === 410) return { kind: 'done', value: 'gone' };
  return readFindRefusal(response, detail);
}

/** Reads the answer to PUT, and what it shows of the resource. */
export function readUpdate(
  response: WireResponse,
  resourceOf: (item: unknown) => RemoteResource | undefined,
  detail: ReadDetail,
): Answer<Updated> {
  const answer = readChange(response, detail);
  if (answer.kind !== 'done' || answer.value === 'gone') return answer as Answer<'gone'>;
  return { kind: 'done', value: { shown: resourceOf(jsonBody(response)) } };
}
