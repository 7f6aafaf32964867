import { request } from 'undici';

/** What a view of the page waits for, milliseconds until all of it has come. */
export interface Waited {
  readonly overview: number;
  readonly matrix: number;
}

/** What browsers ask for; nothing is unpacked here, as viewers are on machines of their own. */
const headers = { 'accept-encoding': 'gzip' };

/** Asks for both views at once. */
export async function askForViews(page: string): Promise<Waited> {
  const ask = async (name: string) => {
    const startedAt = performance.now();
    const { statusCode, body } = await request(`${page}/api/v1/${name}`, { headers });
    const bytes = await body.arrayBuffer();
    if (statusCode !== 200) throw new Error(`${name}: HTTP ${statusCode} ${Buffer.from(bytes)}`);
    return performance.now() - startedAt;
  };
  const [overview, matrix] = await Promise.all([ask('overview'), ask('matrix')]);
  return { overview, matrix };
}

/** Somebody who looks at the page: a connection on which live updates come. */
export interface Viewer {
  /** Until the first overview and the first matrix had come. */
  readonly first: Promise<Waited>;
  leave(): Promise<void>;
}

export function openViewer(page: string): Viewer {
  const leaving = new AbortController();
  const first = Promise.withResolvers<Waited>();
  const listening = listen(page, leaving.signal, first.resolve).catch((error) => {
    first.reject(error);
    if (!leaving.signal.aborted) throw error;
  });
  first.promise.catch(() => undefined);
  listening.catch(() => undefined);
  return {
    first: first.promise,
    leave() {
      leaving.abort();
      return listening;
    },
  };
}

async function listen(page: string, signal: AbortSignal, onFirst: (waited: Waited) => void): Promise<void> {
  const startedAt = performance.now();
  const { statusCode, body } = await request(`${page}/api/v1/live`, { headers, signal });
  if (statusCode !== 200) throw new Error(`live: HTTP ${statusCode} ${await body.text()}`);
  let text = '';
  let waited: Partial<Waited> = {};
  for await (const chunk of body) {
    if (waited.overview !== undefined && waited.matrix !== undefined) continue;
    text += String(chunk);
    for (const kind of ['overview', 'matrix'] as const) {
      const at = text.indexOf(`event: ${kind}\n`);
      const isWhole = at >= 0 && text.includes('\n\n', at);
      if (isWhole) waited = { [kind]: performance.now() - startedAt, ...waited };
    }
    if (waited.overview !== undefined && waited.matrix !== undefined) onFirst(waited as Waited);
  }
  if (!signal.aborted) throw new Error('live updates ended');
}
