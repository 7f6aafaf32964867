import type { CreateOutcome, FindOutcome } from '../../delivery/outcome.ts';
import { redirectTarget } from '../../openadr/http/base-url.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { describeBody, idField, jsonBody } from './json-body.ts';

/** Of a VTN's own words, no more than this is kept: they are stored and shown for each load. */
const longestReason = 300;

/** Status and text, as a person is told it. */
export function reasonOf({ status }: Pick<WireResponse, 'status'>, text: string): string {
  const shown = text.length > longestReason ? `${text.slice(0, longestReason).toWellFormed()}…` : text;
  return `HTTP ${status}: ${shown}`;
}

/** Reads in the JSON of an answer why the VTN refuses, in the VTN's words. */
export type ReadDetail = (body: unknown) => string | undefined;

/** What any VTN means by an answer that is neither success nor "exists". */
export function readRefusal(
  response: WireResponse,
  detail: ReadDetail,
): Extract<CreateOutcome, { kind: 'ambiguous' | 'accepted' | 'nonsense' | 'refused' | 'throttled' }> {
  const { status, retryAfterMs } = response;
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  const body = jsonBody(response);
  const reason = reasonOf(response, detail(body) ?? describeBody(response));
  if (status === 429) return { kind: 'throttled', status, reason, ...asked };
  // 408 and 5xx: a gateway may give up on a request that the VTN behind it carries out.
  if (status >= 500 || status === 408) return { kind: 'ambiguous', status, reason, ...asked };
  if (status === 202) {
    const id = idField(body);
    return { kind: 'accepted', status, reason, ...(id !== undefined && { id }), ...asked };
  }
  // Neither of these says that nothing was carried out.
  if (status < 300) return { kind: 'nonsense', status, reason };
  if (status < 400) {
    const target = response.location === undefined ? '' : ` to ${redirectTarget(response.location)}`;
    const redirects = `HTTP ${status}: the VTN redirects${target}, which is not followed; check --vtn-url`;
    return { kind: 'nonsense', status, reason: redirects };
  }
  return { kind: 'refused', status, reason };
}

/** What a 409 means: the VTN has it already, it says. */
export function readConflict(
  response: WireResponse,
  detail: ReadDetail,
): Extract<CreateOutcome, { kind: 'exists' }> {
  const said = detail(jsonBody(response)) ?? 'it exists already';
  return { kind: 'exists', status: response.status, reason: reasonOf(response, said) };
}

/** A page for people, of a proxy or a portal, whatever it is called: whoever answered, it was not the VTN. */
export function isPageForPeople({ contentType, body }: WireResponse): boolean {
  return contentType === 'text/html' || body.trimStart().startsWith('<');
}

/** What `readRefusal` says, for a look-up, which changes nothing and so leaves nothing in doubt. */
export function readFindRefusal(
  response: WireResponse,
  detail: ReadDetail,
): Extract<FindOutcome, { kind: 'refused' | 'throttled' | 'failed' }> {
  const outcome = readRefusal(response, detail);
  if (outcome.kind === 'ambiguous') return { ...outcome, kind: 'failed' };
  if (outcome.kind !== 'nonsense' && outcome.kind !== 'accepted') return outcome;
  return { kind: 'refused', status: outcome.status, reason: outcome.reason };
}
