import type { Answer } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import type { Changed, RemoteResource, Updated } from '../reconciliation-profile.ts';
import { describeBody, jsonBody, readFindRefusal } from './read-refusal.ts';

type Detail = (body: unknown) => string | undefined;

/** Reads the answer to a change. What the VTN does not have (404, 410) is `gone`. */
export function readChange(response: WireResponse, detail: Detail): Answer<Changed> {
  const { status, contentType, body } = response;
  // A page for people, of a proxy or a portal, whatever it is called: whoever answered, it was not the VTN.
  if (status < 300 && (contentType === 'text/html' || body.trimStart().startsWith('<')))
    return { kind: 'refused', status, reason: `HTTP ${status}: ${describeBody(response)}` };
  if (status >= 200 && status < 300) return { kind: 'done', value: 'changed' };
  if (status === 404 || status === 410) return { kind: 'done', value: 'gone' };
  return readFindRefusal(response, detail);
}

/** Reads the answer to PUT, and what it shows of the resource. */
export function readUpdate(
  response: WireResponse,
  resourceOf: (item: unknown) => RemoteResource | undefined,
  detail: Detail,
): Answer<Updated> {
  const answer = readChange(response, detail);
  if (answer.kind !== 'done' || answer.value === 'gone') return answer as Answer<'gone'>;
  return { kind: 'done', value: { shown: resourceOf(jsonBody(response)) } };
}

/** Reads a page of a listing; something in it that is no resource makes the page as good as not answered. */
export function readListing(
  response: WireResponse,
  listOf: (body: unknown) => unknown[] | undefined,
  resourceOf: (item: unknown) => RemoteResource | undefined,
  detail: Detail,
): Answer<readonly RemoteResource[]> {
  if (response.status !== 200) return readFindRefusal(response, detail);
  const items = listOf(jsonBody(response));
  if (!items) return failed(`HTTP 200 without a list: ${describeBody(response)}`);
  const resources: RemoteResource[] = [];
  for (const item of items) {
    const resource = resourceOf(item);
    if (!resource) return failed('HTTP 200 with a resource that has no id');
    resources.push(resource);
  }
  return { kind: 'done', value: resources };
}

function failed(reason: string): Answer<never> {
  return { kind: 'failed', status: 200, reason };
}

/** The texts and numbers in a value, however it is wrapped, with spaces in between; empty where there are none. */
export function scalarsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  // Nearly all are lists of one.
  if (Array.isArray(value) && value.length === 1) return scalarsOf(value[0]);
  return Object.values(value).map(scalarsOf).filter(Boolean).join(' ');
}
