import type { WireResponse } from '../../src/openadr/http/transport.ts';

/** A VTN's answer: JSON, or a text as it is. */
export function answerOf(status: number, body: unknown, more: Partial<WireResponse> = {}): WireResponse {
  return {
    status,
    contentType: 'application/json',
    retryAfterMs: undefined,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
  };
}
