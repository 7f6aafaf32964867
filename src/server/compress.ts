import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const compress = promisify(gzip);

/** Less is not worth it. */
export const leastCompressed = 1024;

/** Whether the client takes gzip (RFC 9110, 12.5.3): named, and not with a weight of 0. */
export function takesGzip(request: FastifyRequest): boolean {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  return /(^|,)\s*(gzip|\*)\s*(;(?!\s*q=0(\.0*)?\s*(,|$))|,|$)/i.test(accepted);
}

/** Compresses answers of text as they go out; quickly rather than well, since each is made for one request. */
export async function compressAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (typeof payload !== 'string' || payload.length < leastCompressed) return payload;
  reply.header('vary', 'accept-encoding');
  if (!takesGzip(request)) return payload;
  const compressed = await compress(payload, { level: constants.Z_BEST_SPEED });
  reply.header('content-encoding', 'gzip').removeHeader('content-length');
  return compressed;
}
