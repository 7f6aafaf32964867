import { VenfleetError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { Transport, WireRequest } from '../../openadr/http/transport.ts';

/**
 * A transport that logs each request at debug when its answer is there: method, path, VEN, status and milliseconds, or
 * the code of the error that came instead. Never a token, a header or a body.
 */
export function loggingTransport(transport: Transport, log: Logger): Transport {
  return {
    ...transport,
    async send(request, standAside) {
      const startedAt = performance.now();
      const fields = () => ({ ...described(request), ms: Math.round(performance.now() - startedAt) });
      try {
        const response = await transport.send(request, standAside);
        log.debug({ ...fields(), status: response.status }, 'request');
        return response;
      } catch (error) {
        const code = error instanceof VenfleetError ? error.code : 'unexpected';
        log.debug({ ...fields(), code }, 'request without an answer');
        throw error;
      }
    },
  };
}

function described({ method, path, as }: WireRequest) {
  return { method, path: withoutSecrets(path), ...(as !== undefined && { venName: as }) };
}

const secretParameter = /([?&][^=&]*(?:token|secret|password|key)[^=&]*=)[^&]*/gi;

function withoutSecrets(path: string): string {
  return path.replace(secretParameter, '$1[secret]');
}
