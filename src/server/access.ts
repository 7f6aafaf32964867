import { hash, timingSafeEqual } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.ts';
import { VenfleetError } from '../core/errors.ts';
import { createGuesses } from './guesses.ts';
import type { Session } from './schemas/actions.ts';
import { createSessions } from './sessions.ts';

/**
 * What a route asks of whoever calls it. `open`: nothing; `page`: no secret is told, but the host's name must be right; `look`: to
 * see the fleet; `login`: to give the token; `act`: to change something.
 */
export type AccessKind = 'open' | 'page' | 'look' | 'login' | 'act';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: AccessKind;
  }
}

export interface AccessRules {
  readonly host: string;
  readonly pageToken?: string | undefined;
  /** A proxy in front asks people who they are: whoever comes may look. */
  readonly behindProxy?: boolean | undefined;
  readonly allowActions?: boolean | undefined;
}

export interface Access {
  /** Throws what the answer is to be where the route's kind forbids the request. */
  check(request: FastifyRequest, kind: AccessKind): void;
  /** Whether a request that was allowed to look still is. */
  mayLook(request: FastifyRequest): boolean;
  session(request: FastifyRequest): Session;
  /** Begins a session for whoever has the token; its id, undefined where no token is asked for. Throws API_TOKEN_WRONG, API_TOO_MANY. */
  login(token: string, request: FastifyRequest): string | undefined;
  logout(request: FastifyRequest): void;
}

export const sessionCookie = 'venfleet_session';

/** Throws PAGE_OPEN and PAGE_TOKEN where the page would not be safe. */
export function createAccess(rules: AccessRules, clock: Clock): Access {
  throwIfUnsafe(rules);
  const { pageToken, behindProxy = false, allowActions = false } = rules;
  const sessions = createSessions(clock);
  const guesses = createGuesses(clock);
  const needed =
    pageToken === undefined ? 'none' : !behindProxy ? 'to-look' : allowActions ? 'to-act' : 'none';

  function throwIfWrong(token: string, request: FastifyRequest): void {
    if (guesses.isBarred(request.ip)) throw new VenfleetError('API_TOO_MANY', { what: 'wrong tokens' });
    if (isSame(token, pageToken ?? '')) return;
    guesses.note(request.ip);
    throw new VenfleetError('API_TOKEN_WRONG');
  }
  /** By what the token was given. Throws where a wrong one was. */
  function given(request: FastifyRequest): 'bearer' | 'cookie' | undefined {
    if (pageToken === undefined) return undefined;
    const bearer = bearerOf(request);
    if (bearer !== undefined) {
      throwIfWrong(bearer, request);
      return 'bearer';
    }
    return sessions.has(request.cookies[sessionCookie]) ? 'cookie' : undefined;
  }

  return {
    check(request, kind) {
      if (kind === 'open') return;
      if (pageToken === undefined && !behindProxy) throwIfOtherName(request);
      if (kind === 'page') return;
      if (request.headers['sec-fetch-site'] === 'cross-site') throw otherSite();
      if (kind === 'look') {
        if (needed === 'to-look' && given(request) === undefined) throw new VenfleetError('API_TOKEN_NEEDED');
        return;
      }
      if (kind === 'act' && !allowActions) throw new VenfleetError('API_ACTIONS_OFF');
      const by = kind === 'act' ? given(request) : undefined;
      if (kind === 'act' && by === undefined) throw new VenfleetError('API_TOKEN_NEEDED');
      throwIfOtherSite(request, by === 'cookie');
      throwIfNoJson(request);
    },
    mayLook: (request) =>
      needed !== 'to-look' || bearerOf(request) !== undefined || sessions.has(request.cookies[sessionCookie]),
    session: (request) => ({ needed, given: given(request) !== undefined }),
    login(token, request) {
      if (needed === 'none') return undefined;
      throwIfWrong(token, request);
      return sessions.begin();
    },
    logout: (request) => sessions.end(request.cookies[sessionCookie]),
  };
}

/** Whether what listens there can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(host);
}

/** The token that a request has as `Authorization: Bearer`; a proxy may want another kind for itself. */
function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
}

function throwIfUnsafe({ host, pageToken, behindProxy, allowActions }: AccessRules): void {
  if (pageToken === undefined) {
    if (!isLoopback(host) && !behindProxy) throw new VenfleetError('PAGE_OPEN', { host });
    if (allowActions)
      throw new VenfleetError('PAGE_TOKEN', { problem: 'actions need one, and there is none' });
    return;
  }
  // What RFC 6750 lets a bearer token be, and no token that can be guessed.
  if (!/^[A-Za-z0-9._~+/-]{16,512}=*$/.test(pageToken))
    throw new VenfleetError('PAGE_TOKEN', { problem: 'it is too short, or has other signs' });
}

/**
 * Without a token, only the machine's own names are answered: a page elsewhere whose name is made to lead to 127.0.0.1 (DNS
 * rebinding) would be of one site with this server, and could read all.
 */
function throwIfOtherName(request: FastifyRequest): void {
  const name = URL.parse(`http://${request.headers.host ?? ''}`)?.hostname.replace(/^\[|\]$/g, '');
  if (name === undefined || !isLoopback(name))
    throw new VenfleetError('API_REFUSED', {
      problem: 'its Host is none of localhost, 127.0.0.1 and [::1], and there is neither a token nor a proxy',
    });
}

/** Browsers say where a request that changes something comes from; one with a cookie must. */
function throwIfOtherSite(request: FastifyRequest, mustSay: boolean): void {
  const { 'sec-fetch-site': site, origin } = request.headers;
  if (site !== undefined) {
    if (site !== 'same-origin') throw otherSite();
  } else if (origin !== undefined) {
    if (URL.parse(origin)?.host !== request.host) throw otherSite();
  } else if (mustSay) throw otherSite();
}

const otherSite = () =>
  new VenfleetError('API_REFUSED', { problem: 'it does not come from the page itself' });

/** No form of another site can send JSON without being asked first. */
function throwIfNoJson({ method, headers }: FastifyRequest): void {
  if (method === 'POST' && !/^application\/json *(;|$)/i.test(headers['content-type'] ?? ''))
    throw new VenfleetError('API_BAD_REQUEST', { problem: 'The body must be JSON (application/json)' });
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}
