import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { postEvent } from '../../src/api/post-event.ts';
import { startSimulator } from './child.ts';
import { type Fleets, registeredLoads } from './fleet.ts';
import type { Row } from './report.ts';
import { type EndedRun, type HowStarted, type ServeProcess, startServe } from './serve.ts';

const profile = 'openadr-3.1';

/** What `venfleet serve` takes for an event for the whole fleet, once that is registered and compared. */
export interface EventForAll {
  readonly row: Row;
  readonly peakMb: number;
}

/** Registers a fleet with a file as sink beside, makes one event for all loads, and waits until each of them is told. */
export async function eventForAll(fleets: Fleets, loads: number, deployed: HowStarted): Promise<EventForAll> {
  const vtn = await startSimulator(profile);
  try {
    const path = await fleets.fresh(loads);
    const events = ['--profile', profile, '--sink', `${path}-told.ndjson`, '--poll', '1'];
    const serve = await startServe(path, vtn.url, events, deployed);
    throwUnlessDone(await serve.ended('register'));
    throwUnlessDone(await serve.ended('plan'));
    const before = await serve.usage();
    const startedAt = performance.now();
    await postEvent({
      ...{ vtnUrl: vtn.url, profile, bearerToken: 'bench' },
      ...{ action: { kind: 'create' }, wish: { values: [2] } },
    });
    const told = registeredLoads(path);
    const { mostMb } = await untilTold(path, told, serve);
    const seconds = (performance.now() - startedAt) / 1000;
    const { peakMb } = await serve.usage();
    await serve.stop();
    const row = {
      ...{ loads: told, 'handed over, s': seconds, 'memory before, MB': before.residentMb },
      ...{ 'most until then, MB': before.peakMb, 'most with the event, MB': mostMb },
    };
    return { row, peakMb };
  } finally {
    await vtn.stop();
  }
}

/** Looks several times a second, also at the memory. */
async function untilTold(path: string, loads: number, serve: ServeProcess): Promise<{ mostMb: number }> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const asked = db.prepare('SELECT coalesce(sum(handed + late), 0) AS n FROM venfleet_dispatch_counts');
    for (let mostMb = 0; ; await sleep(100)) {
      mostMb = Math.max(mostMb, (await serve.usage()).residentMb);
      if ((asked.get() as { n: number }).n >= loads) return { mostMb };
    }
  } finally {
    db.close();
  }
}

/** Rejects what did not succeed. */
export function throwUnlessDone(run: EndedRun): EndedRun {
  if (run.state !== 'succeeded') throw new Error(`${run.command} ${run.state}: ${JSON.stringify(run)}`);
  return run;
}
