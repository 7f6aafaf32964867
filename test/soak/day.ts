import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startBroker } from '../../bench/lib/broker.ts';
import { runVenfleet, startSimulator } from '../../bench/lib/child.ts';
import { type EndedRun, type ServeProcess, startServe } from '../../bench/lib/serve.ts';
import { referenceMeterData } from '../../src/api/option-values.ts';
import { query } from '../support/fleet-database.ts';
import { type Accounts, checkAccounts, reportedReadings } from './accounts.ts';
import { startHook } from './hook.ts';
import { createEventMaker } from './hour-events.ts';
import { filesOf, type Kept, keptIn } from './kept.ts';
import type { Ask, Held } from './tell-held.ts';
import { createViewers } from './viewers.ts';

export interface SoakOptions {
  readonly loads: number;
  readonly vens: number;
  readonly hours: number;
  /** How long an hour takes. */
  readonly secondsPerHour: number;
  /** Where heap snapshots are written: after the first quarter, and at the end. */
  readonly snapshots?: string | undefined;
  readonly onHour?: ((hour: Hour) => void) | undefined;
}

/** An hour of `venfleet serve`. */
export interface Hour {
  /** From 1 on. */
  readonly hour: number;
  /** The least of what was held at three moments of its last quarter, when the events of the hour are over. */
  readonly held: Omit<Held, 'activeKinds'> & {
    /** AbortSignals of the main thread, at the end of the hour. */
    readonly signals: number;
  };
  /** What was active at the last of them, by kind. */
  readonly activeKinds: Held['activeKinds'];
  readonly databaseMb: number;
  readonly logMb: number;
  readonly comparisons: number;
}

export interface Day {
  readonly hours: readonly Hour[];
  readonly accounts: Accounts;
  readonly done: Readonly<Record<string, number>>;
  /** What the database kept when the first quarter was over, and in the end. */
  readonly kept: { readonly before: Kept; readonly after: Kept };
}

const profile = 'openadr-3.1';
const loadsPerSite = 6;
/** Readings that there are before the replay begins: as many as are held of each series. */
const hoursBefore = 25;
const hourMs = 3_600_000;
const replayMs = referenceMeterData.startMs + hoursBefore * hourMs;
/** Unlike what is imported, this is loaded in its threads as well. */
const preload = [
  ...['--disable-warning=ExperimentalWarning', '--require'],
  fileURLToPath(new URL('tell-held.ts', import.meta.url)),
];
const pageToken = 'page-of-the-soak-test';
/** Sites that change in each hour. */
const movedAnHour = 5;
/** For what is still under way in the end, milliseconds. */
const longestEndMs = 120_000;

/** Lets `venfleet serve` live through a day of short hours, each with the same to do, and checks in the end what came of it. */
export async function soakDay(options: SoakOptions): Promise<Day> {
  const leastReadings = options.hours + 1;
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-soak-'));
  const files = filesIn(folder);
  const { dbPath, sinkFile } = files;
  const vtn = await startSimulator(profile, ['--mqtt-port', '0']);
  const [hook, broker] = await Promise.all([startHook(), startBroker()]);
  let serve: ServeProcess<Held> | undefined;
  try {
    await makeFleet(options, files, vtn.url);
    const sinks = [sinkFile, hook.url, broker.url];
    serve = await startServe<Held>(dbPath, vtn.url, serveOptions(options, files, sinks), { preload });
    await serve.ended('plan');
    const { before, ...seen } = await live({ ...options, dbPath, vtnUrl: vtn.url, serve });
    const problems = await untilDone({ dbPath, serve, leastReadings });
    await serve.stop();
    const accounts = await checkAccounts({
      ...{ dbPath, vtnUrl: vtn.url, sinkFile, leastReadings },
      ...{ hook: { arrived: hook.arrived, ids: hook.ids }, firstReadingMs: replayMs - hourMs },
    });
    const failed = serve.runs.filter(({ state }) => state !== 'succeeded');
    const wrong = [...accounts.wrong, ...problems, ...failed.map((run) => JSON.stringify(run))];
    return { ...seen, accounts: { ...accounts, wrong }, kept: { before, after: keptIn(dbPath) } };
  } finally {
    await serve?.stop().catch(() => undefined);
    await Promise.all([vtn.stop(), hook.close(), broker.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

type Files = ReturnType<typeof filesIn>;

function filesIn(folder: string) {
  const [dbPath, meterData, sinkFile] = ['resources.db', 'meters.h5', 'told.ndjson'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const [tokenFile, keyFile] = [join(folder, 'page-token'), join(folder, 'key')];
  writeFileSync(tokenFile, pageToken);
  writeFileSync(keyFile, 'soak');
  return { dbPath, meterData, sinkFile, tokenFile, keyFile };
}

/** A fleet that nobody has registered, its readings, and what its reports are filed under. */
async function makeFleet(
  { loads, vens, hours }: SoakOptions,
  { dbPath, meterData }: Files,
  vtnUrl: string,
): Promise<void> {
  const sites = Math.ceil(loads / loadsPerSite);
  const size = ['--resources', String(sites), '--vens', String(vens)];
  // Beyond the day: the beginning and the end take their time.
  const readings = ['--meter-data', meterData, '--meter-hours', String(hoursBefore + hours + 200)];
  await runVenfleet(['generate', '--db', dbPath, ...size, ...readings, '--json']);
  const access = ['--db', dbPath, '--vtn-url', vtnUrl, '--profile', profile, '--token', 'soak'];
  await runVenfleet(['report', 'prepare', ...access, '--json']);
}

/** Everything that can be switched on. */
function serveOptions({ secondsPerHour }: SoakOptions, files: Files, sinks: readonly string[]): string[] {
  return [
    ...['--profile', profile, '--reconcile-every', '1', '--on-drift', 'apply'],
    ...['--allow-actions', '--page-token-file', files.tokenFile],
    ...[...sinks.flatMap((sink) => ['--sink', sink]), '--signing-key-file', files.keyFile],
    ...['--poll', '1', '--listen-mqtt', '--meter-data', files.meterData, '--catch-up', '0'],
    ...['--replay-from', new Date(replayMs).toISOString(), '--speed', String(3_600 / secondsPerHour)],
  ];
}

interface Life extends SoakOptions {
  readonly dbPath: string;
  readonly vtnUrl: string;
  readonly serve: ServeProcess<Held>;
}

/** The hours, one after the other. */
async function live({ dbPath, vtnUrl, serve, hours, secondsPerHour, snapshots, onHour }: Life) {
  const seconds = secondsPerHour * 1_000;
  const [first] = query(dbPath, 'SELECT ven FROM resources ORDER BY ven LIMIT 1');
  const loadIds = query(dbPath, 'SELECT load_id AS id FROM loads ORDER BY id LIMIT 100').map(({ id }) =>
    String(id),
  );
  const events = createEventMaker(vtnUrl, String(first?.ven));
  const viewers = createViewers(serve.url, pageToken, loadIds);
  const all: Hour[] = [];
  let before: Kept = new Map();
  const snapshot = async (name: string) => {
    if (snapshots === undefined) return;
    const ask: Ask = { snapshot: join(snapshots, `${name}.heapsnapshot`) };
    await serve.usage(ask);
  };
  for (let hour = 1; hour <= hours; hour++) {
    const runs = serve.runs.length;
    moveSites(dbPath, hour);
    const [seen] = await Promise.all([
      leastHeld(serve, seconds),
      events.hour(seconds),
      viewers.come(0.75 * seconds),
      sleep(seconds),
    ]);
    const comparisons = serve.runs.slice(runs).filter(({ command }) => command === 'plan').length;
    all.push({ hour, ...seen, ...filesOf(dbPath), comparisons });
    onHour?.(all.at(-1) as Hour);
    if (hour === Math.floor(hours / 4)) {
      before = keptIn(dbPath);
      await snapshot('before');
    }
  }
  await snapshot('after');
  const { made, changed, cancelled } = events;
  const { came, asked, updates } = viewers;
  const done = { made, changed, cancelled, viewers: came, answers: asked, updates, runs: serve.runs.length };
  return { hours: all, done, before };
}

const moments = [0.8, 0.86, 0.92];

async function leastHeld(
  serve: ServeProcess<Held>,
  hourMs: number,
): Promise<Pick<Hour, 'held' | 'activeKinds'>> {
  const startedAt = performance.now();
  const seen: Held[] = [];
  for (const moment of moments) {
    await sleep(Math.max(0, startedAt + moment * hourMs - performance.now()));
    seen.push(await serve.usage('held' satisfies Ask));
  }
  const { activeKinds, ...last } = seen.at(-1) as Held;
  const names = Object.keys(last) as (keyof typeof last)[];
  const least = names.map((name) => [name, Math.min(...seen.map((one) => one[name]))]);
  const signals = Number(await serve.usage('signals' satisfies Ask));
  return { held: { ...(Object.fromEntries(least) as typeof last), signals }, activeKinds };
}

/** As the operator's own programs change the fleet: each hour other sites. */
function moveSites(dbPath: string, hour: number): void {
  const db = new DatabaseSync(dbPath, { timeout: 10_000 });
  try {
    db.prepare(
      `UPDATE resources SET address = 'Moved in hour ' || ?1 WHERE resource_id IN (SELECT resource_id FROM resources
       ORDER BY resource_id LIMIT ?2 OFFSET (?1 * ?2) % (SELECT count(*) FROM resources))`,
    ).run(hour, movedAnHour);
  } finally {
    db.close();
  }
}

interface Ending {
  readonly dbPath: string;
  readonly serve: ServeProcess<Held>;
  readonly leastReadings: number;
}

/** Until fleet and VTN agree, nothing is open, and all loads have the same readings; returns what is not so after all. */
async function untilDone({ dbPath, serve, leastReadings }: Ending): Promise<string[]> {
  const runs = serve.runs.length;
  const isOpen = () =>
    query(dbPath, 'SELECT 1 FROM venfleet_dispatches WHERE outcome IS NULL LIMIT 1').length > 0;
  const agrees = ({ command, counts }: EndedRun) => command === 'plan' && isAgreed(counts);
  for (const startedAt = performance.now(); performance.now() - startedAt < longestEndMs; await sleep(100)) {
    if (!serve.runs.slice(runs).some(agrees) || isOpen()) continue;
    const counts = new Set(reportedReadings(dbPath));
    if (counts.size === 1 && Math.min(...counts) >= leastReadings) return [];
  }
  return [`not all was done ${longestEndMs / 1_000} s after the day: ${JSON.stringify(serve.runs.at(-1))}`];
}

/** A comparison that has found nothing to do. */
function isAgreed({ inSync = 0, ...rest }: Readonly<Record<string, number>>): boolean {
  return inSync > 0 && Object.values(rest).every((count) => count === 0);
}
