/**
 * What the journal costs (docs/reliability.md): registers the same fleet by turns with it and over a store that
 * writes nothing down before sending, against the bench's own server. `node bench/journal.ts [--loads N]
 * [--repeat N]`; prints medians of seconds, and of this process's CPU seconds.
 */

import { parseArgs } from 'node:util';
import { createVtnLink } from '../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../src/openadr/http/http.ts';
import { flexGatewayRegistration } from '../src/profiles/flex-gateway/registration.ts';
import { registerFleet } from '../src/registration/register-fleet.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Store } from '../src/store/store.ts';
import { startBenchServer } from './lib/child.ts';
import { createFleets } from './lib/fleet.ts';
import { median } from './lib/report.ts';

const { values } = parseArgs({
  options: { loads: { type: 'string', default: '116412' }, repeat: { type: 'string', default: '7' } },
});
const loads = Number(values.loads);
const connections = 64;

interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Registers the fleet once. */
async function once(path: string, url: string, journal: boolean): Promise<Cost> {
  const real = await openStore(path);
  const store: Store = journal ? real : { ...real, noteSending: async () => {} };
  const transport = createTransport({ url, tokens: staticToken('bench'), connections });
  const pacing = { kind: 'window', concurrency: connections } as const;
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const link = createVtnLink({ transport, pacing });
  const summary = await registerFleet({ store, link, profile: flexGatewayRegistration() });
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - start) / 1000;
  await store.close();
  await transport.close();
  if (!summary.success) throw new Error(`${summary.loads.failed} loads failed`);
  return { seconds, cpuSeconds: (used.user + used.system) / 1e6 };
}

const fleets = createFleets();
const server = await startBenchServer();
try {
  const runs: { with: Cost[]; without: Cost[] } = { with: [], without: [] };
  // The first round warms up and does not count.
  for (let round = 0; round <= Number(values.repeat); round++) {
    for (const journal of round % 2 ? [true, false] : [false, true]) {
      const cost = await once(await fleets.fresh(loads), server.url, journal);
      if (round > 0) runs[journal ? 'with' : 'without'].push(cost);
    }
  }
  for (const what of ['seconds', 'cpuSeconds'] as const) {
    const yes = median(runs.with.map((cost) => cost[what]));
    const no = median(runs.without.map((cost) => cost[what]));
    const more = ((yes / no - 1) * 100).toFixed(1);
    process.stdout.write(
      `${what.padEnd(10)} with the journal ${yes.toFixed(2)}, without ${no.toFixed(2)}: ${more} % more (${loads} loads)\n`,
    );
  }
} finally {
  await server.stop();
  fleets.close();
}
