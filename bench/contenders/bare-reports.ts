/**
 * What undici alone reaches with history for the gateway: all bodies are made beforehand, each is sent for every load of its
 * series, nothing is stored. `node bare-reports.ts DB METER-FILE URL CONNECTIONS [COMPONENT …]`.
 */
import { type Dispatcher, Pool } from 'undici';
import { openMeterFile } from '../../src/metering/sources/open-meter-file.ts';
import { flexGatewayMetering } from '../../src/profiles/flex-gateway/metering.ts';
import { openStore } from '../../src/store/open-store.ts';

const [path = '', meterFile = '', url = '', connections = '16', ...components] = process.argv.slice(2);

const { loads, bodies, points } = await madeBodies();
const pool = new Pool(url, { connections: Number(connections), pipelining: 1 });
const headers = ['accept', 'application/json', 'user-agent', 'venfleet', 'authorization', 'Bearer bench'];
headers.push('content-type', 'application/json');

/** Counts answers; takes in each body, as a client must. */
class Handler implements Dispatcher.DispatchHandler {
  #done: () => void;
  #entries: number;
  #body = '';
  constructor(entries: number, done: () => void) {
    this.#entries = entries;
    this.#done = done;
  }
  onRequestStart(): void {}
  onResponseStart(): void {}
  onResponseData(_: unknown, chunk: Buffer): void {
    this.#body += chunk;
  }
  onResponseEnd(): void {
    if (!this.#body.includes(`"entries_created":${this.#entries}}`)) throw new Error(this.#body);
    this.#done();
  }
  onResponseError(_: unknown, error: Error): void {
    throw error;
  }
}

function sendAll(): Promise<void> {
  return new Promise((resolve) => {
    let next = 0;
    let open = 0;
    const send = () => {
      const load = loads[next++];
      if (load === undefined) {
        if (open === 0) resolve();
        return;
      }
      const { bytes: body, points: entries } = bodies.get(load.series)!;
      open++;
      const path = `/report_data/bulk?resource_id=${load.vtnResourceId}&batch_size=5000`;
      pool.dispatch({ method: 'POST', path, headers, body }, new Handler(entries, done));
    };
    const done = () => {
      open--;
      send();
    };
    for (let i = 0; i < Number(connections); i++) send();
  });
}

const before = process.cpuUsage();
const startedAt = performance.now();
await sendAll();
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(before);
await pool.close();
process.stdout.write(JSON.stringify({ points, seconds, cpuMs: (user + system) / 1000 }));

async function madeBodies() {
  const store = await openStore(path);
  const metered = await store.meteredLoads({ components: components.length > 0 ? components : undefined });
  await store.close();
  const file = await openMeterFile(meterFile);
  const bodies = new Map<string, { bytes: Uint8Array; points: number }>();
  const profile = flexGatewayMetering();
  const loads: { series: string; vtnResourceId: string | null }[] = [];
  let points = 0;
  for (const { meterId, component, vtnResourceId } of metered) {
    const series = `${meterId}/${component}`;
    if (!bodies.has(series)) {
      const read = await file.read({ meterId, component });
      if (!read.ok) throw new Error(`${series}: ${read.problem}`);
      bodies.set(series, profile.encode(read.readings));
    }
    loads.push({ series, vtnResourceId });
    points += bodies.get(series)!.points;
  }
  await file.close();
  return { loads, bodies, points };
}
