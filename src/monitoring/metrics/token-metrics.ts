import { Counter, type Registry } from 'prom-client';
import { gauge, gauges } from './gauges.ts';

const outcomes = ['got', 'refused', 'failed'] as const;

/** A token that was asked for, and what came of it. */
export interface AskedToken {
  /** Tells clients apart; it stands in no label. */
  readonly clientId: string;
  readonly outcome: (typeof outcomes)[number];
  /** Milliseconds since 1970, UTC; null: none came, or it has no end. */
  readonly expiresMs: number | null;
}

export type TokenMeter = (asked: AskedToken) => void;

/**
 * Counts what is asked of the token endpoint, and tells of the tokens that are held: one for each client. However many there are, it
 * is six series. What is not used is not renewed, so some may have expired with nothing wrong.
 */
export function createTokenMeter(registry: Registry, now: () => number = Date.now): TokenMeter {
  /** When the present token of each client expires. */
  const expiries = new Map<string, number>();
  const asked = new Counter({
    name: 'venfleet_token_requests_total',
    help: 'Tokens that were asked for (OAuth2), by what came of it: got, refused (client, scope or audience), failed.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of outcomes) asked.inc({ outcome }, 0);
  const isValid = (expiresMs: number) => expiresMs > now();
  const tokens = {
    name: 'venfleet_tokens',
    help: 'Clients (OAuth2) that hold a token: one that is valid, or one that has expired since it was used last.',
    labels: ['state'],
  };
  gauges(registry, tokens, () => {
    if (expiries.size === 0) return [];
    const valid = expiries.values().filter(isValid).toArray().length;
    return [
      [{ state: 'valid' }, valid],
      [{ state: 'expired' }, expiries.size - valid],
    ];
  });
  const expiry = 'venfleet_token_expiry_timestamp_seconds';
  const help =
    'When the first of the valid tokens expires, or the last one has where none is valid, seconds since 1970.';
  gauge(registry, expiry, help, () => {
    const ends = [...expiries.values()].sort((a, b) => a - b);
    const at = ends.find(isValid) ?? ends.at(-1);
    return at === undefined || at === Number.POSITIVE_INFINITY ? null : at / 1_000;
  });
  return ({ clientId, outcome, expiresMs }) => {
    asked.inc({ outcome });
    if (outcome === 'got') expiries.set(clientId, expiresMs ?? Number.POSITIVE_INFINITY);
  };
}
