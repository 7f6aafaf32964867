import { setTimeout as sleep } from 'node:timers/promises';

/** Those who look at the page of `venfleet serve`, and act there. */
export interface Viewers {
  /** All that come within so many milliseconds; the last has left by then. Rejects where one is not answered as it should be. */
  come(forMs: number): Promise<void>;
  /** How many came, what they asked besides, and how many live updates they got. */
  readonly came: number;
  readonly asked: number;
  readonly updates: number;
}

/** So many come within an hour; Prometheus looks besides, this often. */
const viewersAnHour = 8;
const scrapeMs = 1_000;

/** `loadIds`: of some loads, at which they look in turn; these are suspended and resumed, too. */
export function createViewers(page: string, token: string, loadIds: readonly string[]): Viewers {
  const count = { came: 0, asked: 0, updates: 0 };

  async function ask(path: string, wanted: number, init: RequestInit): Promise<Response> {
    const response = await fetch(`${page}${path}`, init);
    if (response.status !== wanted)
      throw new Error(`${init.method ?? 'GET'} ${path}: HTTP ${response.status} ${await response.text()}`);
    return response;
  }
  const bearer = { authorization: `Bearer ${token}` };
  const acting = { 'content-type': 'application/json', origin: page };
  const act = (action: string, body: object, wanted = 200) =>
    ask(`/api/v1/actions/${action}`, wanted, {
      ...{ method: 'POST', headers: { ...acting, ...bearer }, body: JSON.stringify(body) },
    }).then((response) => response.arrayBuffer());
  const look = async (path: string, headers: Record<string, string>) => {
    await (await ask(path, 200, { headers })).arrayBuffer();
    count.asked++;
  };

  /** Logs in, has live updates come, looks at everything, and leaves: with a word, or without. */
  async function one(stayMs: number): Promise<void> {
    const n = count.came++;
    const session = { method: 'POST', headers: acting, body: JSON.stringify({ token }) };
    const loggedIn = await ask('/api/v1/session', 200, session);
    await loggedIn.arrayBuffer();
    const cookie = { cookie: loggedIn.headers.getSetCookie()[0]!.split(';')[0]! };
    const leaving = new AbortController();
    const live = await ask('/api/v1/live', 200, { headers: cookie, signal: leaving.signal });
    const listening = listen(live, leaving.signal);
    const until = performance.now() + stayMs;
    const load = `/api/v1/loads/${loadIds[n % loadIds.length]}`;
    const views = [
      ...['overview', 'matrix', 'vens', 'failures', 'loads?limit=50', 'events', 'runs'],
      ...['actions/plan', 'openapi.json'],
    ].map((name) => `/api/v1/${name}`);
    for (const path of [...views, load, `${load}/readings`, `${load}/instructions`]) await look(path, cookie);
    await sleep(Math.max(0, until - performance.now()));
    if (n % 2 === 0)
      await ask('/api/v1/session', 200, { method: 'DELETE', headers: { ...cookie, origin: page } });
    leaving.abort();
    await listening;
  }
  async function listen(live: Response, signal: AbortSignal): Promise<void> {
    try {
      const decoder = new TextDecoder();
      for await (const chunk of live.body!) count.updates += decoder.decode(chunk).split('\nevent: ').length;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  /** Compares, and suspends a load and resumes it. */
  async function person(): Promise<void> {
    await act('plan', {}, 202);
    const loads = { loadIds: loadIds.slice(0, 6) };
    await act('suspend', loads);
    await act('resume', loads);
  }
  async function scrape(until: number): Promise<void> {
    while (performance.now() < until) {
      await look('/metrics', bearer);
      await sleep(Math.min(scrapeMs, Math.max(0, until - performance.now())));
    }
  }
  return {
    get came() {
      return count.came;
    },
    get asked() {
      return count.asked;
    },
    get updates() {
      return count.updates;
    },
    async come(forMs) {
      const until = performance.now() + forMs;
      const stayMs = forMs / 3;
      const coming = Array.from({ length: viewersAnHour }, async (_, n) => {
        await sleep((n * (forMs - stayMs)) / viewersAnHour);
        await one(stayMs);
      });
      await Promise.all([...coming, person(), scrape(until)]);
    },
  };
}
