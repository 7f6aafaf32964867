import type { z } from 'zod';
import { VenfleetError } from '../core/errors.ts';
import { redirectTarget } from './http/base-url.ts';
import type { Transport, WireRequest, WireResponse } from './http/transport.ts';
import type { AnswerOf, Operation, OperationTable } from './operations.ts';
import { OadrProblem } from './problem.ts';
import { objectIdPattern } from './schemas/common.ts';

/** Query parameters. A list is sent as the same parameter several times; an undefined one is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** What one call adds to its operation. */
export interface CallInput {
  /** The path parameters: object IDs. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly body?: object;
}

/** Calls one operation of a version's table by its operationId. */
export type Call<T extends OperationTable> = <Id extends keyof T & string>(
  id: Id,
  input?: CallInput,
) => Promise<AnswerOf<T, Id>>;

export type OpenAdrVersion = '3.0' | '3.1';

interface Speaker {
  readonly version: OpenAdrVersion;
  readonly operations: OperationTable;
}

/**
 * Makes the function that calls a version's operations. `other`: the other version, against which an answer that does
 * not fit this one is held, so that the error can say which of the two the VTN speaks.
 *
 * The function throws what Transport.send throws; an OadrProblem where the VTN refuses; OADR_INVALID_ANSWER where the
 * answer is not what the operation promises, with the path of what is wrong; OADR_ID.
 */
export function caller<T extends OperationTable>(
  transport: Transport,
  speaker: { version: OpenAdrVersion; operations: T },
  other: Speaker,
): Call<T> {
  return async (id, input = {}) => {
    const operation = speaker.operations[id] as Operation;
    const response = await transport.send(wireRequest(operation, input));
    return readAnswer(transport.url, id, operation, speaker.version, other, response) as AnswerOf<
      T,
      typeof id
    >;
  };
}

function wireRequest(operation: Operation, { params = {}, query = {}, body }: CallInput): WireRequest {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const id = params[name] ?? '';
    // A bad ID would lead to another path: `/vens/` lists all VENs.
    if (!objectIdPattern.test(id)) throw new VenfleetError('OADR_ID', { name, id });
    return id;
  });
  const request: WireRequest = {
    method: operation.method,
    path: path + queryText(query),
    // What is open to all is asked before there is a token.
    ...(operation.scope === undefined && { withoutToken: true }),
  };
  if (body === undefined) return request;
  if (!operation.form) return { ...request, body: JSON.stringify(body) };
  return {
    ...request,
    body: new URLSearchParams(Object.entries(body).filter(([, value]) => value !== undefined)).toString(),
    contentType: 'application/x-www-form-urlencoded',
  };
}

function queryText(query: Query): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) pairs.push(`${name}=${encodeURIComponent(String(one))}`);
    }
  }
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function readAnswer(
  url: string,
  id: string,
  operation: Operation,
  version: OpenAdrVersion,
  other: Speaker,
  response: WireResponse,
): unknown {
  const { status } = response;
  const invalid = (problem: string, cause?: unknown) =>
    new VenfleetError('OADR_INVALID_ANSWER', { url, operation: id, version, problem }, { cause });
  if (status >= 400) throw new OadrProblem(url, id, operation.scope, response);
  if (status < 200 || status >= 300) {
    const target = response.location === undefined ? '' : ` to ${redirectTarget(response.location)}`;
    throw invalid(`status ${status}${target}, which is not followed`);
  }
  if (response.body === '') throw invalid(`status ${status} without a body`);
  let value: unknown;
  try {
    value = JSON.parse(response.body);
  } catch (error) {
    throw invalid(`no JSON, but ${response.contentType || 'something without a media type'}`, error);
  }
  const checked = operation.answer.safeParse(value);
  if (checked.success) return checked.data;
  const alike = other.operations[id]?.answer.safeParse(value).success;
  const hint = alike ? `; this VTN answers like ${other.version}` : '';
  throw invalid(describeIssue(checked.error) + hint, checked.error);
}

/** The first thing that is wrong, with its path: `[3].attributes[0].values: expected array`. Never the value itself. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not fit';
  const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const what = issue.message.replace(/^Invalid \w+: /, '');
  return path === '' ? what : `${path.replace(/^\./, '')}: ${what}`;
}
