import { type ErrorCode, VenfleetError } from '../core/errors.ts';
import { fieldsOf, parseJson } from './http/json.ts';
import type { WireResponse } from './http/transport.ts';

/** The most characters of the VTN's text that one of our messages repeats. */
const longestQuote = 300;

/** A VTN's refusal. `code` tells the kinds apart; `message` is one line. */
export class OadrProblem extends VenfleetError {
  /** The HTTP status. */
  readonly status: number;
  /** The operationId of the request. */
  readonly operation: string;
  readonly type: string;
  readonly title: string | undefined;
  readonly detail: string | undefined;
  readonly instance: string | undefined;
  /** What `Retry-After` asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(url: string, operation: string, scope: string | undefined, response: WireResponse) {
    const body = readProblem(parseJson(response.body));
    const { status } = response;
    super(codeOf(status), {
      url,
      what: 'the token',
      operation,
      status,
      problem: body.detail ?? body.title ?? `no reason given${response.body === '' ? '' : ' in JSON'}`,
      scope: scope === undefined ? 'that it needs' : `"${scope}"`,
    });
    this.status = status;
    this.operation = operation;
    this.type = body.type;
    this.title = body.title;
    this.detail = body.detail;
    this.instance = body.instance;
    this.retryAfterMs = response.retryAfterMs;
  }
}

function codeOf(status: number): ErrorCode {
  if (status === 401) return 'VTN_TOKEN_REFUSED';
  if (status === 403) return 'OADR_FORBIDDEN';
  if (status === 429 || (status >= 500 && status !== 501)) return 'OADR_BUSY';
  return 'OADR_PROBLEM';
}

/**
 * Reads schema problem (RFC 9457) and schema authError of the token endpoint (RFC 6749, section 5.2) as one. No field
 * is required: a body that is only nearly right still says something.
 */
export function readProblem(json: unknown) {
  const { type, title, detail, instance, error, error_description } = fieldsOf(json);
  return {
    type: typeof type === 'string' ? type : 'about:blank',
    title: quote(title ?? error),
    detail: quote(detail ?? error_description),
    instance: typeof instance === 'string' ? instance : undefined,
  };
}

/** A VTN's text as one line, not too long. Some servers put an object where the documents want a text. */
function quote(given: unknown): string | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const text = (typeof given === 'string' ? given : JSON.stringify(given)).replace(/\s+/g, ' ').trim();
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
}
