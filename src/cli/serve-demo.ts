import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { holdsFleet } from '../api/generate-fleet.ts';
import { generateMeterData } from '../api/generate-meter-data.ts';
import { referenceMeterData } from '../api/option-values.ts';
import { postEvent } from '../api/post-event.ts';
import { prepareReports } from '../api/prepare-reports.ts';
import type { FleetKeeperOptions } from '../api/with-fleet-keeper.ts';
import { describeError } from '../core/errors.ts';
import type { CommandDefinition } from './command.ts';
import { madeSentence, makeFleet } from './generate.ts';
import { meterDataSentence } from './meter-data.ts';
import { pageAccess } from './options/page-access.ts';
import { print, tell } from './render/output.ts';
import { keeping, keptOptions, runKeeper } from './serve.ts';
import { startSimulatorThread } from './simulator-thread.ts';

const demoDb = './config/serve-demo.db';
/** Hours of readings that are made, of which one is played each minute. */
const meterHours = 24;
const secondsPerHour = 60;
const eventEveryMs = 60_000;
/** So far ahead of its beginning is an event posted: loads can be told in time. */
const aheadMs = 30_000;

export const serveDemo: CommandDefinition<(typeof keptOptions)[number]> = {
  name: 'serve demo',
  description:
    `A fleet is made where the database (${demoDb}) holds none, with some readings beside it; a VTN simulator (OpenADR 3.1) ` +
    'lives as long as the command. Every load is registered on it anew, an event is posted each minute, half a minute ahead, and an hour of ' +
    'readings is reported each minute. Instructions go to a file beside the database. Nothing leaves this machine.',
  options: keptOptions,
  examples: ['venfleet serve demo', 'venfleet serve demo --port 0 --allow-actions'],
  async run(context) {
    const { values, sourceOf, signal, log } = context;
    const page = pageAccess(context);
    const say = (line: string) => values.json || print(line);
    const dbPath = sourceOf('db') === 'default' ? demoDb : values.db;
    if (!(await holdsFleet(dbPath))) {
      const made = await makeFleet({ dbPath, signal, log });
      if (!made) return 130;
      say(madeSentence(dbPath, made));
    }
    const meterData = join(dirname(dbPath), 'serve-demo-readings.h5');
    const made = await generateMeterData({ path: meterData, dbPath, hours: meterHours, replace: true, log });
    say(meterDataSentence(meterData, made));
    const path = join(dirname(dbPath), 'serve-demo-instructions.ndjson');
    rmSync(path, { force: true });
    const profile = 'openadr-3.1';
    const simulator = await startSimulatorThread({ dialect: profile });
    say(`VTN simulator (${profile}) listening on ${simulator.url}; instructions go to ${path}`);
    const vtn = { vtnUrl: simulator.url, bearerToken: 'demo', profile } as const;
    const options: FleetKeeperOptions = {
      ...{ ...vtn, ...keeping(context), dbPath, signal, log },
      // Each run has a simulator of its own.
      moveToThisVtn: true,
      events: { sinks: [{ kind: 'file', name: 'file', path }], pollSeconds: 5 },
      reports: {
        ...{
          meterData,
          replayFrom: new Date(referenceMeterData.startMs + 3_600_000),
          speed: 3_600 / secondsPerHour,
        },
        catchUpHours: 0,
      },
    };
    try {
      return await runKeeper(options, page, { values: { ...values, db: dbPath }, signal, log }, async () => {
        await prepareReports({ ...vtn, dbPath, signal });
        void postEvents(vtn, signal);
      });
    } finally {
      await simulator.stop();
    }
  },
};

/** What loads are asked in turn, and which of them. */
const wishes = [
  { name: 'Evening peak', type: 'SIMPLE', values: [2], targets: ['load_1', 'load_2'] },
  { name: 'Hotels at half load', type: 'CONSUMPTION_POWER_LIMIT', values: [5], targets: ['Hotels'] },
  { name: 'Aalborg is short', type: 'SIMPLE', values: [1], targets: ['Aalborg'] },
];

/** Posts an event now and then, so that there is something to see. */
async function postEvents(vtn: Parameters<typeof postOne>[0], signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    await postOne(vtn, n).catch((error) => tell(`venfleet: no event was posted: ${describeError(error)}`));
    await delay(eventEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

async function postOne(
  vtn: { readonly vtnUrl: string; readonly bearerToken: string; readonly profile: 'openadr-3.1' },
  n: number,
): Promise<void> {
  const { targets, ...wish } = wishes[n % wishes.length] as (typeof wishes)[number];
  const named = targets.map((value) => ({ type: null, value }));
  await postEvent({
    ...vtn,
    action: { kind: 'create' },
    wish: { ...wish, start: new Date(Date.now() + aheadMs), duration: 'PT3M', targets: named },
  });
}
