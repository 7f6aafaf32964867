import { VenfleetError } from '../../core/errors.ts';
import { redirectTarget } from '../http/base-url.ts';
import { fieldsOf, parseJson } from '../http/json.ts';
import { redactor } from '../http/redact.ts';
import type { WireResponse } from '../http/transport.ts';

/** Who asked for a token, and for which. */
export interface TokenRequester {
  readonly clientId: string;
  readonly scope?: string;
  readonly audience?: string;
}

/** The most characters of an endpoint's own words that a message repeats. */
const longestProblem = 300;

/**
 * Says an endpoint's refusal as one of our errors. RFC 6749, section 5.2, has its form; many keep to it only roughly.
 * `secrets`: an endpoint may repeat what it was sent.
 */
export function tokenRefusal(
  url: string,
  { clientId, scope, audience }: TokenRequester,
  secrets: readonly string[],
  { status, body, location }: WireResponse,
): VenfleetError {
  const { error, error_description, detail, title } = fieldsOf(parseJson(body));
  const description = error_description ?? detail ?? title;
  const texts = [error, description].filter((text) => typeof text === 'string' && text !== '');
  const target = location === undefined ? '' : ` to ${redirectTarget(location)}`;
  const said = texts.join(': ') || `status ${status}${target}`;
  const problem = redactor(secrets)(said).slice(0, longestProblem);
  if (status === 429 || (status >= 500 && status !== 501))
    return new VenfleetError('OAUTH_UNAVAILABLE', { url, problem });
  const about = subjectOf(error, description);
  if (about === 'scope')
    return new VenfleetError('OAUTH_SCOPE', { url, clientId, scope: quoted(scope), problem });
  if (about === 'audience')
    return new VenfleetError('OAUTH_AUDIENCE', { url, clientId, audience: quoted(audience), problem });
  if (error === undefined && ([404, 405, 501].includes(status) || status < 400))
    return new VenfleetError('OAUTH_ENDPOINT', { url, problem });
  return new VenfleetError('OAUTH_REFUSED', { url, clientId, status, problem });
}

function quoted(asked: string | undefined): string {
  return asked ? `"${asked}"` : '(none was asked for)';
}

/** Codes for a wrong audience: RFC 8707; Microsoft's; others'. */
const audienceErrors = ['invalid_target', 'invalid_resource', 'invalid_audience'];

/** Codes that may be about a parameter, which only the description names (RFC 6749 has none for a missing one). */
const vagueErrors = ['invalid_request', 'access_denied', 'unauthorized_client', 'invalid_grant'];

/** What a refusal is about, where it is neither the client nor its secret. */
function subjectOf(error: unknown, description: unknown): 'scope' | 'audience' | undefined {
  if (error === 'invalid_scope') return 'scope';
  if (typeof error !== 'string') return undefined;
  if (audienceErrors.includes(error)) return 'audience';
  if (!vagueErrors.includes(error) || typeof description !== 'string') return undefined;
  if (/\baudience\b/i.test(description)) return 'audience';
  return /\bscopes?\b/i.test(description) ? 'scope' : undefined;
}
