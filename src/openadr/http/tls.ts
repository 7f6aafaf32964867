import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { decodeText } from '../../core/decode-text.ts';
import { describeError, VenfleetError } from '../../core/errors.ts';

/** Certificates for talking to a VTN, each as PEM text (or its bytes). */
export interface TlsOptions {
  /** The authorities to trust, in place of the system's. */
  readonly ca?: string | Buffer;
  /** The client certificate, with its chain. Needs `key`. */
  readonly cert?: string | Buffer;
  /** The client certificate's private key, not encrypted. Needs `cert`. */
  readonly key?: string | Buffer;
}

const contexts = new WeakMap<TlsOptions, SecureContext>();

/**
 * What tls.connect needs, made once for all connections and token requests with the same options: to read the
 * authorities again for each would take milliseconds. Throws TLS_INVALID for text that holds no certificate or key, one
 * that cannot be read, and a key that is encrypted or belongs to another certificate.
 */
export function tlsConnectOptions(options: TlsOptions = {}) {
  const secureContext = contexts.get(options) ?? contextOf(options);
  contexts.set(options, secureContext);
  // Given explicitly, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not switch it off.
  return { secureContext, rejectUnauthorized: true };
}

function contextOf(options: TlsOptions): SecureContext {
  const ca = pemText(options.ca);
  const cert = pemText(options.cert);
  const key = pemText(options.key);
  if ((cert === undefined) !== (key === undefined))
    throw invalid('a client certificate needs its key, and a key its certificate');
  if (ca !== undefined) checkCertificates('the certificate authority', ca);
  if (cert !== undefined) checkCertificates('the client certificate', cert);
  if (key !== undefined) checkKey(key);
  try {
    return createSecureContext({
      ...options,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
    });
  } catch (error) {
    throw invalid(contextProblem(error), error);
  }
}

/** PEM as a file has it, without a byte order mark: OpenSSL would pass over the first block behind one. */
function pemText(pem: string | Buffer | undefined): string | undefined {
  if (pem === undefined) return undefined;
  return typeof pem === 'string' ? pem.replace(/^\uFEFF+/, '') : (decodeText(pem) ?? pem.toString('latin1'));
}

function invalid(problem: string, cause?: unknown): VenfleetError {
  return new VenfleetError('TLS_INVALID', { problem }, { cause });
}

/** OpenSSL itself silently skips what it cannot read. */
function checkCertificates(what: string, text: string): void {
  const begun = text.match(/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/g) ?? [];
  if (begun.length === 0) throw invalid(`what was given as ${what} holds no PEM certificate`);
  const whole = text.match(/-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----.*?-----END \1-----/gs) ?? [];
  for (const [index, pem] of whole.entries()) {
    try {
      new X509Certificate(pem);
    } catch (error) {
      throw invalid(`certificate ${index + 1} of what was given as ${what} cannot be read`, error);
    }
  }
  if (whole.length < begun.length) throw invalid(`what was given as ${what} is cut off`);
}

function checkKey(text: string): void {
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text))
    throw invalid('what was given as key of the client certificate holds no PEM private key');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text))
    throw invalid('the key of the client certificate is encrypted; give it without a passphrase');
}

function contextProblem(error: unknown): string {
  const text = describeError(error);
  if (/key values mismatch|key type mismatch/i.test(text)) return 'the key belongs to another certificate';
  if (/key too small|md too weak|ca key|ee key/i.test(text))
    return `this machine takes them for too weak (${text})`;
  return `the key or the certificate cannot be read (${text})`;
}
