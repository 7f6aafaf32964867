import type { TestContext } from 'node:test';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies of every form
  readonly body: any;
}

/** Sends one request with a token and a JSON body. */
export type Send = (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;

/** A simulator that ends with its test, and a way to talk to it. */
export async function running(t: TestContext, options: SimulatorOptions = {}): Promise<[Simulator, Send]> {
  const simulator = await startSimulator(options);
  t.after(() => simulator.close());
  return [simulator, sender(simulator.url)];
}

export function sender(url: string): Send {
  return async (method, path, body, headers) => {
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        authorization: 'Bearer good',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
