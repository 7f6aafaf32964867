import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { describeError, type ErrorCode, VenfleetError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { ProblemAnswer } from './schemas/common.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  API_BAD_REQUEST: 400,
  API_TOKEN_NEEDED: 401,
  API_TOKEN_WRONG: 401,
  API_REFUSED: 403,
  API_ACTIONS_OFF: 403,
  API_UNKNOWN: 404,
  EVENT_UNKNOWN: 404,
  LOAD_UNKNOWN: 404,
  VEN_UNKNOWN: 404,
  COMPONENT_UNKNOWN: 404,
  API_CONFLICT: 409,
  TOO_MANY_REMOVALS: 409,
  API_TOO_LARGE: 413,
  API_TOO_MANY: 429,
  API_UNAVAILABLE: 503,
};

/** The HTTP status of an error; what may pass by itself is 503. */
function statusOf({ code, retryable }: VenfleetError): number {
  if (code === 'API_FAILED') return 500;
  return statuses[code] ?? (retryable ? 503 : 500);
}

/** Answers whatever was thrown: one line and a code, and nothing of what was not foreseen. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger) {
  const problem = problemOf(error, request);
  const status = statusOf(problem);
  if (problem.code === 'API_FAILED') {
    const stack = error instanceof Error ? error.stack : undefined;
    log.error({ requestId: request.id, problem: describeError(error), stack }, 'request failed unexpectedly');
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', 60);
  const { code, message, hint } = problem;
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send({ code, message, hint } satisfies ProblemAnswer);
}

function problemOf(error: unknown, request: FastifyRequest): VenfleetError {
  // What a function of the library says of its arguments is meant for who calls that, and names it.
  if (error instanceof VenfleetError && error.code === 'BAD_ARGUMENT')
    return new VenfleetError('API_BAD_REQUEST', { problem: String(error.details.problem) });
  if (error instanceof VenfleetError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const wrong = error.validation.map(({ instancePath, message }) => {
      const path = instancePath.slice(1).replaceAll('/', '.');
      return `${path === '' ? (error.validationContext ?? 'request') : `"${path}"`}: ${message}`;
    });
    return new VenfleetError('API_BAD_REQUEST', { problem: wrong.join('; ') });
  }
  const { statusCode = 500, code = '' } = error as { statusCode?: number; code?: string };
  if (statusCode === 413) return new VenfleetError('API_TOO_LARGE');
  if (statusCode === 415 || code.startsWith('FST_ERR_CTP'))
    return new VenfleetError('API_BAD_REQUEST', { problem: 'The body must be JSON (application/json)' });
  if (statusCode === 400)
    return new VenfleetError('API_BAD_REQUEST', { problem: 'The request is not sound' });
  return new VenfleetError('API_FAILED', { requestId: request.id }, { cause: error });
}
