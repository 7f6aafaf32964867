import { VenfleetError } from '../../core/errors.ts';

/** A VTN's base URL, taken apart. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What comes before every path: empty, or `/like/this`, without a slash at the end. */
  readonly prefix: string;
  /** The whole, for messages. */
  readonly url: string;
}

/**
 * Checks a VTN's base URL: http or https, perhaps with a path, and nothing else. Throws VTN_URL. Credentials are
 * refused because the URL is shown in messages and logs. The error does not show them either, nor a query, which may
 * hold a key.
 */
export function parseBaseUrl(text: string): BaseUrl {
  const refuse = (problem: string) => new VenfleetError('VTN_URL', { url: withoutSecrets(text), problem });
  if (!/^https?:\/\//i.test(text.trim())) throw refuse('it must begin with http:// or https://');
  if (!URL.canParse(text)) throw refuse('it cannot be read as a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refuse('it must not carry credentials');
  if (url.search !== '' || url.hash !== '') throw refuse('it must not have a query or a fragment');
  const prefix = url.pathname.replace(/\/+$/, '');
  return { origin: url.origin, prefix, url: `${url.origin}${prefix}` };
}

/** Where a redirect leads, for messages: without credentials, query and fragment, which may hold secrets. */
export function redirectTarget(location: string): string {
  const url = URL.parse(location);
  const target = url
    ? `${url.protocol}//${url.host}${url.pathname}`
    : location.replace(/[?#].*$/s, '').replace(/^\/\/[^/]*@/, '//');
  return target.slice(0, longestTarget);
}

/** The most characters of a redirect's target that a message repeats. */
const longestTarget = 200;

/** The text of a would-be URL, with "…" for what stands before an "@" or after a "?" or "#". */
function withoutSecrets(text: string): string {
  return text.replace(/([?#]).*$/s, '$1…').replace(/^(\s*(?:[a-z][a-z0-9+.-]*:)?(?:\/\/)?).*@/is, '$1…@');
}
