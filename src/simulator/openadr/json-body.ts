import type { Call } from '../machine/dialect.ts';
import { refuse } from './problem.ts';

const longestBody = 2 * 1024 * 1024;

/** The JSON body of a request: 415 for another content type, 400 for no JSON and for more than 2 MB. */
export function bodyOf(call: Call): unknown {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(call.headers['content-type'] ?? '')) {
    return refuse(415, 'Expected request with `Content-Type: application/json`');
  }
  if (call.content().length > longestBody) {
    return refuse(400, 'Failed to buffer the request body: length limit exceeded');
  }
  const text = call.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(400, `Failed to parse the request body as JSON: ${(error as Error).message}`);
  }
}
