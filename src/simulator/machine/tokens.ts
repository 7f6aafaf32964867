import { randomUUID } from 'node:crypto';
import { badOption } from './bad-option.ts';
import { type Call, json, type Reply } from './dialect.ts';
import type { SimulatorClient, SimulatorSettings } from './settings.ts';
import type { SimulatorSwitches } from './switches.ts';

/** Who is behind a token. */
export interface Caller {
  readonly clientId: string;
  /** `any` may do everything: the caller with a token that no client was given. */
  readonly role: 'BL' | 'VEN' | 'any';
  /** In place of those of the role. */
  readonly scopes: ReadonlySet<string> | undefined;
  /** The VENs that it acts for (3.0). */
  readonly venIds: readonly string[];
}

export interface Auth {
  /** The caller, or why there is none. */
  callerOf(call: Call): Caller | 'missing' | 'expired' | 'unknown';
  /** The same of a token by itself, and how many milliseconds it still lives. */
  holderOf(token: string): { readonly caller: Caller; readonly livesMs: number } | undefined;
  /** Who a client is that has stored something. */
  clientNamed(clientId: string): Caller;
  /** Answers a token request (RFC 6749, section 4.4): client credentials, in a form or by HTTP Basic. */
  issue(call: Call): Reply;
  /** Accepts a further token, which never expires, of a VEN. */
  accept(token: string, venId: string): void;
  /** Lets a further client fetch tokens; takes the place of one with the same id. */
  addClient(client: SimulatorClient): void;
  /** A token for a known client that lives so many seconds; below 0 it has expired. */
  tokenFor(clientId: string, lifetimeS: number): string;
}

/** The client behind tokens that are not issued here. */
const anybody: Caller = { clientId: 'anybody', role: 'any', scopes: undefined, venIds: [] };

export function createAuth(settings: SimulatorSettings, switches: SimulatorSwitches): Auth {
  const clients = new Map((settings.clients ?? []).map((client) => [client.clientId, client]));
  const issued = new Map<string, { caller: Caller; expires: number }>();
  for (const token of settings.tokens ?? []) issued.set(token, { caller: anybody, expires: Infinity });
  let open = settings.tokens === undefined && settings.clients === undefined;

  const callerOf: Auth['callerOf'] = (call) => {
    const header = call.headers.authorization;
    if (header === undefined || !/^Bearer +\S/i.test(header)) return 'missing';
    const known = issued.get(header.slice(7).trim());
    if (!known) return open ? anybody : 'unknown';
    return performance.now() < known.expires ? known.caller : 'expired';
  };
  const tokenFor: Auth['tokenFor'] = (clientId, lifetimeS) => {
    const client = clients.get(clientId);
    if (!client) throw badOption(`no client "${clientId}"`);
    const token = randomUUID().replaceAll('-', '');
    issued.set(token, { caller: callerFor(client), expires: performance.now() + lifetimeS * 1000 });
    return token;
  };
  const issue: Auth['issue'] = (call) => {
    const asked = credentialsOf(call);
    if ('error' in asked) return oauthError(asked);
    const client = asked.pairs.map(([id, secret]) => matching(clients.get(id), secret)).find(Boolean);
    if (!client) {
      return oauthError({ status: 401, error: 'invalid_client', why: 'Invalid client_id or client_secret' });
    }
    const token = tokenFor(client.clientId, switches.tokenLifetimeS);
    return json(200, {
      [settings.tokenField]: token,
      token_type: 'Bearer',
      expires_in: switches.tokenLifetimeS,
    });
  };
  return {
    callerOf,
    holderOf(token) {
      const { caller, expires } = issued.get(token) ?? { caller: anybody, expires: open ? Infinity : 0 };
      const livesMs = expires - performance.now();
      return livesMs > 0 && token !== '' ? { caller, livesMs } : undefined;
    },
    clientNamed(clientId) {
      const client = clients.get(clientId);
      return client ? callerFor(client) : anybody;
    },
    issue,
    tokenFor,
    addClient(client) {
      open = false;
      clients.set(client.clientId, client);
    },
    accept: (token, venId) =>
      void issued.set(token, { caller: { ...anybody, venIds: [venId] }, expires: Infinity }),
  };
}

function callerFor(client: SimulatorClient): Caller {
  return {
    clientId: client.clientId,
    role: client.role ?? 'BL',
    scopes: client.scopes && new Set(client.scopes),
    venIds: client.venIds ?? [],
  };
}

/** The client id and secret as they may be meant, or what is wrong with the request. */
type Asked = { pairs: readonly (readonly [string, string])[] } | OAuthError;

interface OAuthError {
  readonly status: number;
  readonly error: string;
  /** `error_description`. */
  readonly why?: string;
}

function matching(client: SimulatorClient | undefined, secret: string): SimulatorClient | undefined {
  return client?.clientSecret === secret ? client : undefined;
}

const nobody: OAuthError = {
  status: 401,
  error: 'invalid_client',
  why: 'No valid authentication data provided, client_id and client_secret required',
};

function credentialsOf(call: Call): Asked {
  if (!/^application\/x-www-form-urlencoded\b/i.test(call.headers['content-type'] ?? '')) {
    return { status: 415, error: 'invalid_request' };
  }
  const form = new URLSearchParams(call.text());
  const given = form.getAll('grant_type').length;
  if (form.get('grant_type') !== 'client_credentials' || given > 1) {
    if (!form.has('grant_type') || given > 1) return { status: 400, error: 'invalid_request' };
    const why = 'Only client_credentials grant type is supported';
    return { status: 400, error: 'unsupported_grant_type', why };
  }
  const basic = /^Basic +(\S+)$/i.exec(call.headers.authorization ?? '');
  const inForm = form.has('client_id') || form.has('client_secret');
  if (basic && inForm) {
    return { status: 400, error: 'invalid_request', why: 'Both header and body authentication provided' };
  }
  if (!basic && !inForm) return nobody;
  if (basic) {
    const text = Buffer.from(basic[1] as string, 'base64').toString();
    const at = text.indexOf(':');
    if (at < 0) return nobody;
    const pair = [text.slice(0, at), text.slice(at + 1)] as const;
    // RFC 6749, section 2.3.1, has both halves form-encoded first; many clients do not do it.
    return { pairs: [pair, [fromForm(pair[0]), fromForm(pair[1])]] };
  }
  return { pairs: [[form.get('client_id') ?? '', form.get('client_secret') ?? '']] };
}

function fromForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function oauthError({ status, error, why }: OAuthError): Reply {
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic' } : {};
  return { ...json(status, { error, error_description: why }), headers };
}
