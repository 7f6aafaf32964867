/**
 * What undici alone reaches: the fleet's request bodies are made beforehand and only sent, nothing is stored.
 * `node bare-undici.ts DB URL CONNECTIONS dispatch|request`.
 */
import { type Dispatcher, Pool } from 'undici';
import type { Load } from '../../src/fleet/load.ts';
import { loadsOfSite, siteFromRow } from '../../src/fleet/load-from-row.ts';
import { flexGatewayRegistration } from '../../src/profiles/flex-gateway/registration.ts';
import { openStore } from '../../src/store/open-store.ts';

const [path = '', url = '', connections = '64', api = 'dispatch'] = process.argv.slice(2);

const bodies = await fleetBodies();
const pool = new Pool(url, { connections: Number(connections), pipelining: 1 });
const headers = ['accept', 'application/json', 'user-agent', 'venfleet', 'authorization', 'Bearer bench'];
headers.push('content-type', 'application/json');
let next = 0;
let failed = 0;

/** Counts answers; takes in each body, as a client must. */
class Handler implements Dispatcher.DispatchHandler {
  #done: () => void;
  #first: Buffer | undefined;
  constructor(done: () => void) {
    this.#done = done;
  }
  onRequestStart(): void {}
  onResponseStart(_: unknown, status: number): void {
    if (status !== 201) failed++;
  }
  onResponseData(_: unknown, chunk: Buffer): void {
    this.#first = chunk;
  }
  onResponseEnd(): void {
    if (this.#first?.toString() === '') failed++;
    this.#done();
  }
  onResponseError(_: unknown, error: Error): void {
    throw error;
  }
}

function dispatchAll(): Promise<void> {
  return new Promise((resolve) => {
    let open = 0;
    const send = () => {
      const body = bodies[next++];
      if (body !== undefined) {
        open++;
        pool.dispatch({ method: 'POST', path: '/resources', headers, body }, new Handler(done));
      } else if (open === 0) resolve();
    };
    const done = () => {
      open--;
      send();
    };
    for (let i = 0; i < Number(connections); i++) send();
  });
}

async function requestAll(): Promise<void> {
  const one = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const response = await pool.request({ method: 'POST', path: '/resources', headers, body });
      await response.body.text();
      if (response.statusCode !== 201) failed++;
    }
  };
  await Promise.all(Array.from({ length: Number(connections) }, one));
}

const before = process.cpuUsage();
const startedAt = performance.now();
await (api === 'dispatch' ? dispatchAll() : requestAll());
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(before);
await pool.close();
if (failed > 0) throw new Error(`${failed} requests failed`);
process.stdout.write(JSON.stringify({ registered: bodies.length, seconds, cpuMs: (user + system) / 1000 }));

async function fleetBodies(): Promise<string[]> {
  const store = await openStore(path);
  const profile = flexGatewayRegistration();
  const made: string[] = [];
  const add = (load: Load) =>
    made.push(profile.loadBody(load, { name: load.site.venName, id: load.site.venName }));
  for (const { venName } of await store.countByVen({})) {
    for (let after: string | undefined; ; ) {
      const { sites, next } = await store.sitesOfVen(venName, after, 500);
      for (const row of sites) {
        const parsed = siteFromRow(row);
        if (row.enabled && parsed.ok) loadsOfSite(parsed.site, row.loads).forEach(add);
      }
      if (next === undefined) break;
      after = next;
    }
  }
  await store.close();
  return made;
}
