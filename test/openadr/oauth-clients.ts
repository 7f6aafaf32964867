import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { VenfleetError } from '../../src/core/errors.ts';
import { type OAuthOptions, oauthTokens } from '../../src/openadr/index.ts';
import { type Answer, json, type SeenRequest } from './scripted-server.ts';

export const secret = 'hunter2+/=&';
export const client = { clientId: 'fleet æ', clientSecret: secret } as const;
export const get = { method: 'GET', path: '/vens' } as const;

/** Answers as a token endpoint does. */
export const grant = (token: string, more: object = {}) =>
  json(200, { access_token: token, token_type: 'Bearer', ...more });

/** An endpoint that gives `t1`, `t2`, …, each for `seconds`. */
export function counting(seconds: number): Answer {
  let count = 0;
  return (response, request) => grant(`t${++count}`, { expires_in: seconds })(response, request);
}

/** The fields of a form that was sent. */
export function form(request: SeenRequest | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.body));
}

/** The error that comes; nowhere in it is the secret. */
export async function refusalOf(promise: unknown): Promise<VenfleetError> {
  const error = await Promise.resolve(promise).then(
    () => assert.fail('no error came'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof VenfleetError, String(error));
  const all = inspect(error, { depth: 9 }) + JSON.stringify(error) + error.hint;
  for (const hidden of [
    secret,
    encodeURIComponent(secret),
    Buffer.from(`x:${secret}`).toString('base64').slice(4, -4),
  ])
    assert.ok(!all.includes(hidden), all);
  return error;
}

/** Tokens from the endpoint `{url}/token`. */
export function tokensAt(url: string, more: Partial<OAuthOptions> = {}) {
  return oauthTokens({ vtnUrl: 'http://vtn.invalid', tokenUrl: `${url}/token`, ...client, ...more });
}
