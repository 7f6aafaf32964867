import { randomBytes } from 'node:crypto';
import { VenfleetError } from '../../core/errors.ts';

/** Where calls are to arrive, and what they must bring. */
export interface WebhookAddress {
  /** As the VTN is told. */
  readonly callbackUrl: string;
  /** The path of it, without a slash at the end. */
  readonly path: string;
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

/**
 * Checks where a webhook is to be called and where it listens; a token is made where none is given. Throws WEBHOOK_INVALID,
 * which shows no secret.
 */
export function webhookAddress(options: {
  readonly publicUrl: string;
  readonly listen?: string | undefined;
  readonly token?: string | undefined;
}): WebhookAddress {
  const { publicUrl, listen = '127.0.0.1:0', token = randomBytes(32).toString('base64url') } = options;
  const url = URL.parse(publicUrl.trim());
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid('its URL must begin with http:// or https://');
  if (url.username !== '' || url.password !== '') throw invalid('its URL must not carry credentials');
  if (url.search !== '' || url.hash !== '') throw invalid('its URL must not have a query or a fragment');
  // What RFC 6750 lets a bearer token be, and no token that can be guessed.
  if (!/^[A-Za-z0-9._~+/-]{16,512}=*$/.test(token))
    throw invalid('its token must have 16 to 512 letters, digits or signs of -._~+/');
  const { host, port } = listenedOn(listen);
  const path = withoutSlash(url.pathname);
  return { callbackUrl: `${url.origin}${url.pathname}`, path, host, port, token };
}

export const withoutSlash = (path: string) => path.replace(/\/+$/, '');

function listenedOn(listen: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+):(\d{1,5})$/i.exec(listen.trim()) ?? [];
  if (host === '' || Number(port) > 65_535)
    throw invalid(`it cannot listen on "${listen}": give HOST:PORT, e.g. 127.0.0.1:8090`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function invalid(problem: string): VenfleetError {
  return new VenfleetError('WEBHOOK_INVALID', { problem });
}
