/** Raw HTTP for the interop tests: no code of the product, so that no misreading is shared with it. */

export interface Call {
  /** Default GET. */
  readonly method?: string;
  readonly token?: string | undefined;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body where it is JSON, else its text. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever a VTN says; the tests say what they expect of it.
  readonly body: any;
  /** The body as it came. */
  readonly text: string;
}

/** Sends one request and returns whatever comes back, refusals included. */
export async function call(
  url: string,
  { method = 'GET', token, body, headers = {} }: Call = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text), text };
}

/** Sends one request that has to succeed, and returns the body. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
export async function callOk(url: string, options: Call = {}): Promise<any> {
  const { status, body, text } = await call(url, options);
  if (status >= 300) throw new Error(`${options.method ?? 'GET'} ${url}: ${status} ${text}`);
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
