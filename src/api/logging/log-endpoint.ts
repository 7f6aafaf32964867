import type { Logger } from '../../core/log.ts';
import type { EndpointRequest } from '../../openadr/oauth/endpoint-request.ts';

/** Logs each request to a token endpoint at debug: method, address, status and milliseconds; never what was sent. */
export function loggingEndpoint(log: Logger): (request: EndpointRequest) => void {
  return (request) =>
    log.debug(request, request.status === undefined ? 'token request without an answer' : 'token request');
}
