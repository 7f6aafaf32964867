import { VenfleetError } from '../../core/errors.ts';
import type { Logger } from '../../core/log.ts';
import type { EndedRequest } from '../../monitoring/metrics/request-metrics.ts';
import type { Transport, WireRequest } from '../../openadr/http/transport.ts';

/** Who is told of requests. */
interface Observers {
  /**
   * Each request at debug when its answer is there: method, path, VEN, status and milliseconds, or the code of the error that
   * came instead. Never a token, a header or a body.
   */
  readonly log?: Logger | undefined;
  readonly onRequest?: ((request: EndedRequest) => void) | undefined;
}

/** A transport that tells of each request when it has come to its end. */
export function observedTransport(transport: Transport, { log, onRequest }: Observers): Transport {
  return {
    ...transport,
    async send(request, standAside) {
      const { method, path } = request;
      const startedAt = performance.now();
      const end = (status: number | null) => {
        const ms = performance.now() - startedAt;
        onRequest?.({ method, path, status, ms });
        return { ...described(request), ms: Math.round(ms) };
      };
      try {
        const response = await transport.send(request, standAside);
        const fields = end(response.status);
        log?.debug({ ...fields, status: response.status }, 'request');
        return response;
      } catch (error) {
        const code = error instanceof VenfleetError ? error.code : 'unexpected';
        log?.debug({ ...end(null), code }, 'request without an answer');
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
