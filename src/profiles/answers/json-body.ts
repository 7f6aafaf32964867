import { parseJson } from '../../openadr/http/json.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';

/** A number so long that JSON.parse would round it. */
const longNumber = /[:[,]\s*-?\d{16}/;

/** The body as JSON, or undefined where it is none; ids that are numbers too long for exactness are texts. */
export function jsonBody({ body }: Pick<WireResponse, 'body'>): unknown {
  return parseJson(body, longNumber.test(body) ? keepDigits : undefined);
}

function keepDigits(this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded =
    (key === 'id' || key === 'venID') && typeof value === 'number' && !Number.isSafeInteger(value);
  return isRounded ? (context?.source ?? value) : value;
}

/** Longer texts are no ids: they would fill the database and every reason. */
const longestId = 256;

/** An id in a JSON object, as `textField` reads it; undefined where it is too long or holds control characters. */
export function idField(value: unknown, field = 'id'): string | undefined {
  const id = textField(value, field);
  return id === undefined || id.length > longestId || /\p{Cc}/u.test(id) ? undefined : id;
}

/** A JSON object's field as a text that is not empty; numbers count, as some VTNs number their objects. */
export function textField(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[field];
  if (typeof found === 'string') return found || undefined;
  return typeof found === 'number' ? String(found) : undefined;
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
