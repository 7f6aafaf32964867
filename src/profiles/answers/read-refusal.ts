import type { CreateOutcome, FindOutcome } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';

/** A number so long that JSON.parse would round it. */
const longNumber = /[:[,]\s*-?\d{16}/;

/** The body as JSON, or undefined where it is none; ids that are numbers too long for exactness are texts. */
export function jsonBody({ body }: Pick<WireResponse, 'body'>): unknown {
  try {
    return longNumber.test(body) ? JSON.parse(body, keepDigits) : JSON.parse(body);
  } catch {
    return undefined;
  }
}

function keepDigits(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded =
    (key === 'id' || key === 'venID') && typeof value === 'number' && !Number.isSafeInteger(value);
  return isRounded ? (context?.source ?? value) : value;
}

/** Longer texts are no ids: they would fill the database and every reason. */
const longestId = 256;

/** A JSON object's `id`, as `textField` reads it; undefined where it is too long or holds control characters. */
export function idField(value: unknown): string | undefined {
  const id = textField(value, 'id');
  return id === undefined || id.length > longestId || /\p{Cc}/u.test(id) ? undefined : id;
}

/** A JSON object's field as a text that is not empty; numbers count, as some VTNs number their objects. */
export function textField(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[field];
  if (typeof found === 'string') return found || undefined;
  return typeof found === 'number' ? String(found) : undefined;
}

/** Of a VTN's own words, no more than this is kept: they are stored and shown for each load. */
const longestReason = 300;

/** Status and text, as a person is told it. */
export function reasonOf({ status }: Pick<WireResponse, 'status'>, text: string): string {
  const shown = text.length > longestReason ? `${text.slice(0, longestReason).toWellFormed()}…` : text;
  return `HTTP ${status}: ${shown}`;
}

/** What any VTN means by an answer that is neither success nor "exists". `detail` reads its error body. */
export function readRefusal(
  response: WireResponse,
  detail: (body: unknown) => string | undefined,
): Extract<CreateOutcome, { kind: 'ambiguous' | 'nonsense' | 'refused' | 'throttled' }> {
  const { status, retryAfterMs } = response;
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  const reason = reasonOf(response, detail(jsonBody(response)) ?? describeBody(response));
  if (status === 429) return { kind: 'throttled', status, reason, ...asked };
  // 408 and 5xx: a gateway may give up on a request that the VTN behind it carries out.
  if (status >= 500 || status === 408) return { kind: 'ambiguous', status, reason, ...asked };
  // Neither of these says that nothing was carried out.
  if (status < 300) return { kind: 'nonsense', status, reason };
  if (status < 400) {
    const redirects = `HTTP ${status}: the VTN redirects, which is not followed; check --vtn-url`;
    return { kind: 'nonsense', status, reason: redirects };
  }
  return { kind: 'refused', status, reason };
}

/** The same for a look-up, which changes nothing and so leaves nothing in doubt. */
export function readFindRefusal(
  response: WireResponse,
  detail: (body: unknown) => string | undefined,
): Extract<FindOutcome, { kind: 'refused' | 'throttled' | 'failed' }> {
  const outcome = readRefusal(response, detail);
  if (outcome.kind === 'ambiguous') return { ...outcome, kind: 'failed' };
  return outcome.kind === 'nonsense' ? { ...outcome, kind: 'refused' } : outcome;
}

/** A body that is not what was agreed, in a few words: never a whole page of HTML in a reason. */
export function describeBody(response: WireResponse): string {
  const text = response.body.replace(/\s+/g, ' ').trim();
  if (text === '') return 'an empty answer';
  const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return response.contentType.includes('json') || !response.contentType
    ? shown
    : `${response.contentType}: ${shown}`;
}
