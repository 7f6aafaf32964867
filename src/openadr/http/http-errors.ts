import { describeError, type Suspicion, VenfleetError } from '../../core/errors.ts';
import { UnknownEncoding } from './answer-body.ts';

/** What is known about a request that ended without an answer. */
export interface FailedExchange {
  readonly url: string;
  /** Whether undici had begun to write the request. Where not, the VTN surely never got it. */
  readonly started: boolean;
  /** Whether this is TLS, and whether with a client certificate. */
  readonly tls: 'none' | 'anonymous' | 'certified';
  /** Whether this server answered anything before. */
  readonly answered: boolean;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  /** The proxy that it went by, without credentials. */
  readonly proxy?: string | undefined;
}

/**
 * Says an undici or Node error as one of ours: VTN_UNREACHABLE, VTN_NO_ANSWER, VTN_ENCODING, VTN_TLS, VTN_TLS_CLIENT.
 */
export function exchangeError(error: unknown, exchange: FailedExchange): Error {
  const { url } = exchange;
  if (error instanceof UnknownEncoding)
    return new VenfleetError('VTN_ENCODING', { url, encoding: error.encoding }, { cause: error });
  const code = errorCode(error);
  const refused = exchange.proxy && refusedByProxy(error, exchange.proxy);
  if (refused) return new VenfleetError('VTN_UNREACHABLE', { url, problem: refused }, { cause: error });
  // A path or header that cannot be sent at all is a mistake of the caller, not of the network.
  if (code === 'UND_ERR_INVALID_ARG' && error instanceof Error) return error;
  const problem =
    describeProblem(code, error, exchange) + (exchange.proxy ? `, by the proxy ${exchange.proxy}` : '');
  if (isClientCertificateRefusal(code))
    return new VenfleetError('VTN_TLS_CLIENT', { url, problem }, { cause: error });
  if (!exchange.started && isCertificateProblem(code))
    return new VenfleetError('VTN_TLS', { url, problem, remedy: remedyFor(code) }, { cause: error });
  const unanswered = exchange.started ? 'VTN_NO_ANSWER' : 'VTN_UNREACHABLE';
  return new VenfleetError(
    unanswered,
    { url, problem },
    { cause: error, suspicion: suspicionOf(code, exchange) },
  );
}

const tooLarge = 'UND_ERR_RES_EXCEEDED_MAX_SIZE';

/** Answers that undici closes the connection for, by the message of its UND_ERR_SOCKET: it has no code of their own. */
const unasked: Record<string, string> = { 'bad response': 'UNASKED_100', 'bad upgrade': 'UNASKED_101' };

/**
 * What a proxy says in place of the server; undici tells it by a message alone: of a tunnel with any status, of a plain
 * request with 407, as that could not be sent.
 */
function refusedByProxy(error: unknown, proxy: string): string | undefined {
  const status = /^Proxy response \((\d+)\)|^Proxy Authentication Required \((407)\)/.exec(
    describeError(error),
  );
  if (status === null) return undefined;
  return (status[1] ?? status[2]) === '407'
    ? `the proxy ${proxy} asks for credentials, or refuses those in its URL (407)`
    : `the proxy ${proxy} does not connect to it (${status[1]})`;
}

function suspicionOf(code: string, exchange: FailedExchange): Suspicion | undefined {
  if (isSilentRefusal(code, exchange)) return 'client-certificate';
  return code === tooLarge ? 'answer-too-large' : undefined;
}

function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') {
    if (error.code === 'UND_ERR_SOCKET') return unasked[describeError(error)] ?? error.code;
    // The answer outgrew its bound only when it was decompressed.
    return error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : error.code;
  }
  return error instanceof AggregateError ? errorCode(error.errors[0]) : '';
}

/** Node's names for X.509 verification results (doc/api/tls.md, "X509 certificate error codes"). */
function isCertificateProblem(code: string): boolean {
  return (
    /^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_)/.test(
      code,
    ) ||
    code === 'HOSTNAME_MISMATCH' ||
    code === 'ERR_TLS_CERT_ALTNAME_INVALID'
  );
}

/** What to do about a certificate, by what is wrong with it. */
function remedyFor(code: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return "Those who run the server must renew it, unless this machine's clock is wrong";
    case 'CERT_NOT_YET_VALID':
      return "Check this machine's clock";
    case 'CERT_REVOKED':
      return 'Those who run the server must replace it';
    case 'HOSTNAME_MISMATCH':
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'Use a host name in the address that the certificate is made for';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'Name its certificate authority with --ca-file, or have those who run the server send the whole chain';
    case 'UNABLE_TO_GET_ISSUER_CERT':
      return 'Put the authorities above it into the file of --ca-file, up to the root';
    default:
      return 'Name its certificate authority with --ca-file';
  }
}

/** The VTN's TLS alerts about our certificate. With TLS 1.3 they come after the request was written. */
function isClientCertificateRefusal(code: string): boolean {
  return /^ERR_SSL_.*ALERT_.*(CERT|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/.test(code);
}

/**
 * With TLS 1.3 a server learns of our certificate, or its want, only after our handshake is over; that it then closes
 * the connection may be all we see. So it is with a server that was never heard of otherwise.
 */
function isSilentRefusal(code: string, { tls, answered }: FailedExchange): boolean {
  return tls !== 'none' && !answered && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code);
}

/** A server that sends its own certificate alone cannot be told from one of an unknown authority. */
const incompleteChain =
  'its authority is not known, or its chain is incomplete: the server does not send the certificates in between';

const problems: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up at the moment',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  EADDRNOTAVAIL: 'no free local port for another connection',
  EMFILE: 'this program has too many files and connections open',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_SOCKET: 'connection closed',
  UNASKED_100: 'it sent "100 Continue", which nobody asked for and undici does not allow',
  UNASKED_101: 'it wants to switch to another protocol (101), which nobody asked for',
  UND_ERR_PRX_CONN: 'connection closed',
  UND_ERR_CLOSED: 'the transport is closed',
  UND_ERR_DESTROYED: 'the transport is closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut short',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  EPROTO: 'it does not speak TLS there; try http://',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there; try http://',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there; try http://',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: incompleteChain,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: incompleteChain,
  UNABLE_TO_GET_ISSUER_CERT: 'its chain is incomplete: the authority above its own authority is not known',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is made for another host',
  HOSTNAME_MISMATCH: 'it is made for another host',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a client certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not know the authority of the client certificate',
};

function describeProblem(code: string, error: unknown, exchange: FailedExchange): string {
  const { timeoutMs, maxAnswerBytes, tls } = exchange;
  const known = problems[code];
  const suspicion =
    tls === 'anonymous'
      ? 'perhaps it asks for a client certificate'
      : 'perhaps it refuses the client certificate';
  if (isSilentRefusal(code, exchange)) return `${known} before any answer; ${suspicion}`;
  if (known !== undefined) return known;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'no connection in time';
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return `no answer within ${timeoutMs / 1000} s`;
  if (code === 'UND_ERR_BODY_TIMEOUT') return `the answer was not whole within ${timeoutMs / 1000} s`;
  if (code === tooLarge) return `the answer is larger than ${maxAnswerBytes} bytes`;
  if (error instanceof Error && error.name === 'HTTPParserError')
    return 'what came back is no whole HTTP answer';
  if (isClientCertificateRefusal(code)) {
    const reason = opensslReason(describeError(error));
    return tls === 'anonymous' ? `${reason}; ${suspicion}` : reason;
  }
  return opensslReason(describeError(error)).replace(/\.$/, '');
}

/** OpenSSL's own message between the file names and numbers: "…:SSL routines:f:the reason:x.c:918:…". */
function opensslReason(text: string): string {
  return /:SSL routines:[^:]*:([^:]+):/.exec(text)?.[1] ?? text;
}
