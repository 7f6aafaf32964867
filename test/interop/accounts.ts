import { argon2Sync, createHmac, randomBytes } from 'node:crypto';
import type { Generation } from './binaries.ts';
import { callOk } from './http.ts';
import type { Database } from './postgres.ts';

/** What a client of the VTN logs in with. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What a user may do: scopes on 3.1 (`read_all`), roles on 3.0 (`{ role: 'VenManager' }`). */
export type Grant = string | { readonly role: string; readonly id?: string };

/** Everything that business logic may do, and making users besides. */
export const blGrants: Record<Generation, readonly Grant[]> = {
  '3.0': [{ role: 'UserManager' }, { role: 'VenManager' }, { role: 'AnyBusiness' }],
  '3.1': [
    'read_all',
    'write_programs',
    'write_events',
    'write_vens_bl',
    'write_subscriptions_bl',
    'write_users',
  ],
};

/** Everything that a VEN may do. On 3.0 its role names VENs that exist; a VEN cannot make itself there. */
export function venGrants(generation: Generation, venIds: readonly string[]): readonly Grant[] {
  if (generation === '3.0') return venIds.map((id) => ({ role: 'VEN', id }));
  return ['read_targets', 'read_ven_objects', 'write_reports', 'write_subscriptions_ven', 'write_vens_ven'];
}

/** Puts the first user, who may make the others over HTTP, into an empty database. */
export async function insertFirstUser(db: Database, generation: Generation, who: Credentials): Promise<void> {
  const user = `'${who.clientId}', '${who.clientId}', NULL, now(), now()`;
  const grants =
    generation === '3.0'
      ? `INSERT INTO "user" (id, reference, description, created, modified) VALUES (${user});
         INSERT INTO user_manager (user_id) VALUES ('${who.clientId}');
         INSERT INTO ven_manager (user_id) VALUES ('${who.clientId}');
         INSERT INTO any_business_user (user_id) VALUES ('${who.clientId}');`
      : `INSERT INTO "user" (id, reference, description, created, modified, scopes)
         VALUES (${user}, '{${blGrants['3.1'].join(',')}}');`;
  await db.sql(`${grants}
    INSERT INTO user_credentials (user_id, client_id, client_secret)
    VALUES ('${who.clientId}', '${who.clientId}', '${hashSecret(who.clientSecret)}');`);
}

/** A secret as OpenLEADR stores it: argon2id in PHC form. Cheap parameters: the secret dies with the test. */
function hashSecret(secret: string): string {
  const nonce = randomBytes(16);
  const hash = argon2Sync('argon2id', {
    message: secret,
    nonce,
    parallelism: 1,
    tagLength: 32,
    memory: 64,
    passes: 1,
  });
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=64,t=1,p=1$${base64(nonce)}$${base64(hash)}`;
}

/** Makes a user with one credential over HTTP, as OpenLEADR's own tools do. */
export async function createUser(
  url: string,
  token: string,
  generation: Generation,
  clientId: string,
  grants: readonly Grant[],
): Promise<Credentials> {
  const body = { reference: clientId, [generation === '3.0' ? 'roles' : 'scope']: grants };
  const user = await callOk(`${url}/users`, { method: 'POST', token, body });
  const credentials = { clientId, clientSecret: newSecret() };
  await callOk(`${url}/users/${user.id}`, {
    method: 'POST',
    token,
    body: { client_id: clientId, client_secret: credentials.clientSecret },
  });
  return credentials;
}

export function newSecret(): string {
  return randomBytes(16).toString('hex');
}

/** Fetches a token by client credentials in the form body. */
export async function fetchToken(tokenUrl: string, who: Credentials): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: who.clientId, client_secret: who.clientSecret };
  const answer = await callOk(tokenUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  return answer.access_token;
}

/**
 * A token signed with the VTN's own key, for what the VTN itself never gives: one that has expired, or another
 * lifetime than its 30 days. `lifetimeSeconds` below 0 is a token of the past.
 */
export function signToken(
  key: Buffer,
  generation: Generation,
  clientId: string,
  grants: readonly Grant[],
  lifetimeSeconds: number,
): string {
  const now = Math.floor(Date.now() / 1000);
  const issued = Math.min(now, now + lifetimeSeconds) - 1;
  const claims = {
    sub: clientId,
    iat: issued,
    nbf: issued,
    exp: now + lifetimeSeconds,
    ...(generation === '3.0' ? { roles: grants } : { scope: grants.join(' ') }),
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
  return `${unsigned}.${createHmac('sha256', key).update(unsigned).digest('base64url')}`;
}
