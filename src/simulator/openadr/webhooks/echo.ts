import { randomUUID } from 'node:crypto';

/**
 * Whether a callback URL answers as one that was meant to be called: with 200 and what it was given in `echo` (Definition of
 * 3.1, Webhooks). It is asked without a token.
 */
export async function echoes(callbackUrl: string, timeoutMs: number): Promise<boolean> {
  const url = new URL(callbackUrl);
  const word = randomUUID();
  url.searchParams.set('echo', word);
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    return (await response.text()).includes(word) && response.status === 200;
  } catch {
    return false;
  }
}

/** Whether a URL names this machine. */
export function isLoopback(url: string): boolean {
  const { hostname, protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
