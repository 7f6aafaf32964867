import type { Call } from '../machine/dialect.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import { refuse } from './problem.ts';

/** OpenLEADR's own bound. */
const longestBody = 2 * 1024 * 1024;

/** The body of a request: 415 for one that is not said to be JSON, 400 for one that is too long. */
export function bodyBytes(call: Call, { maxBodyBytes }: SimulatorSwitches): Buffer {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(call.headers['content-type'] ?? '')) {
    return refuse(415, 'Expected request with `Content-Type: application/json`');
  }
  const bytes = call.content();
  if (bytes.length > (maxBodyBytes || longestBody)) {
    return refuse(400, 'Failed to buffer the request body: length limit exceeded');
  }
  return bytes;
}

/** 400 for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(400, `Failed to parse the request body as JSON: ${(error as Error).message}`);
  }
}
