import { createSecureContext } from 'node:tls';
import { describeError, VenfleetError } from '../core/errors.ts';

/** Certificates for talking to a VTN, each as PEM text (or its bytes). */
export interface TlsOptions {
  /** The authorities to trust, in place of the system's. */
  readonly ca?: string | Buffer;
  /** The client certificate, with its chain. Needs `key`. */
  readonly cert?: string | Buffer;
  /** The client certificate's private key, not encrypted. Needs `cert`. */
  readonly key?: string | Buffer;
}

/**
 * What tls.connect needs, made once for all connections: reading the system's authorities anew for each
 * would take milliseconds. Throws TLS_INVALID for text that holds no certificate or key, or a key that
 * belongs to another certificate.
 */
export function tlsConnectOptions(options: TlsOptions = {}) {
  const invalid = (problem: string, cause?: unknown) =>
    new VenfleetError('TLS_INVALID', { problem }, { cause });
  if ((options.cert === undefined) !== (options.key === undefined))
    throw invalid('a client certificate needs its key, and a key its certificate');
  if (options.ca !== undefined && !options.ca.includes('-----BEGIN CERTIFICATE-----'))
    throw invalid('what was given as certificate authority holds no PEM certificate');
  try {
    const secureContext = createSecureContext({ ...options });
    // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment does not switch it off.
    return { secureContext, rejectUnauthorized: true };
  } catch (error) {
    throw invalid(describeError(error), error);
  }
}
