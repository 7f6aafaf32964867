/**
 * The part `events` of `npm run bench`: from an event that was read to the loads that it means, against the simulator as an
 * OpenADR 3.1 VTN in a process of its own. Times are the least of several runs: other work on the machine only adds to them.
 */
import { rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../src/store/open-store.ts';
import { type BrokerProcess, startBroker } from './lib/broker.ts';
import { benchFile, runProgram, type SimulatorProcess, startSimulator } from './lib/child.ts';
import { countAsRegistered, type Fleets } from './lib/fleet.ts';
import { printTable, type Row } from './lib/report.ts';
import { resolveAlone } from './lib/resolve-alone.ts';

export interface EventsOptions {
  readonly loads: number;
  readonly repeat: number;
}

interface Bench extends EventsOptions {
  readonly fleets: Fleets;
  readonly vtn: SimulatorProcess;
  readonly broker: BrokerProcess;
}

/** What a run said of itself (bench/contenders/follow-events.ts). */
interface Said {
  readonly handed: number;
  readonly late: number;
  readonly missed: number;
  readonly open: number;
  readonly resolvedMs: number;
  readonly notedMs: number;
  readonly handedMs: number;
}

const smallFleet = 600;

export async function eventsPart(fleets: Fleets, options: EventsOptions): Promise<unknown> {
  const vtn = await startSimulator('openadr-3.1');
  const broker = await startBroker();
  try {
    const bench = { ...options, fleets, vtn, broker };
    const reached = await firstSetpoints(bench);
    printTable(`From the event read to the loads told, least of ${options.repeat}`, reached.rows);
    const late = await lateness(bench);
    printTable('How late at starts and ends of spans, milliseconds', late.rows);
    const targets = [...reached.targets, ...late.targets];
    printTable('What is aimed for', targets);
    return { broker: broker.name, reached: reached.rows, late: late.rows, targets };
  } finally {
    await Promise.all([vtn.stop(), broker.stop()]);
  }
}

/** A fleet that counts as registered on the VTN. */
async function freshFleet({ fleets, vtn }: Bench, loads: number): Promise<string> {
  const path = await fleets.fresh(loads);
  countAsRegistered(path);
  const store = await openStore(path);
  await store.recordVtn({ url: vtn.url, profile: 'openadr-3.1' });
  await store.close();
  return path;
}

interface Wished {
  readonly targets: readonly string[];
  readonly startMs: number;
  /** Each of so many seconds. */
  readonly intervals: number;
  readonly seconds: number;
}

/** Makes an event the only one of the VTN. */
async function post({ vtn }: Bench, { targets, startMs, intervals, seconds }: Wished): Promise<void> {
  await vtn.control({ wipe: true });
  const send = async (path: string, body: object): Promise<string> => {
    const headers = { authorization: 'Bearer bench', 'content-type': 'application/json' };
    const response = await fetch(vtn.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  };
  const programID = await send('/programs', { programName: 'bench' });
  await send('/events', {
    programID,
    ...(targets.length > 0 && { targets }),
    intervalPeriod: { start: new Date(startMs).toISOString(), duration: `PT${seconds}S` },
    intervals: Array.from({ length: intervals }, (_, id) => ({
      id,
      payloads: [{ type: 'SIMPLE', values: [1 + (id % 3)] }],
    })),
  });
}

async function follow(path: string, { vtn }: Bench, sink: string, until = 'once') {
  const run = await runProgram(benchFile('contenders/follow-events.ts'), [path, vtn.url, sink, until]);
  return { ...run, said: run.output as unknown as Said };
}

/** One event that is heard of while it lasts. */
async function firstSetpoints(bench: Bench): Promise<{ rows: Row[]; targets: Row[] }> {
  const { loads, repeat, broker } = bench;
  const path = await freshFleet(bench, loads);
  const [ven] = namesOf(
    path,
    "SELECT ven AS name FROM resources WHERE ven NOT GLOB '*[^a-zA-Z0-9]*' GROUP BY ven ORDER BY count(*) DESC",
  );
  const cases = [
    { what: 'all', targets: [], sinks: ['file', broker.name] },
    { what: 'one component', targets: ['load_1'], sinks: ['file'] },
    { what: 'one VEN', targets: [ven as string], sinks: ['file'] },
  ];
  const rows: Row[] = [];
  for (const { what, targets, sinks } of cases)
    for (const sink of sinks) {
      const runs: Row[] = [];
      for (let round = 0; round < repeat; round++) {
        process.stderr.write(`  round ${round + 1}/${repeat}: ${what}, ${sink}\n`);
        runs.push(await oneRun(bench, targets, sink));
      }
      const least = (name: string) => Math.min(...runs.map((run) => Number(run[name])));
      const alone = await resolveAlone(path, targets, 10);
      const names = ['loads', 'resolved ms', 'noted ms', 'handed over s', 'CPU s', 'peak MB', 'MB handed'];
      rows.push({
        ...{ event: what, sink, 'resolving alone ms': alone.leastMs, 'the first time': alone.firstMs },
        ...Object.fromEntries(names.map((name) => [name, least(name)])),
      });
    }
  const whole = rows.filter(({ event }) => event === 'all');
  const most = (name: string, of: readonly Row[]) => Math.max(...of.map((row) => Number(row[name])));
  return {
    rows,
    targets: [
      { what: 'resolving, the first time, ms', is: most('the first time', rows), target: '≤ 100' },
      {
        what: 'resolved and noted after the event was read, ms',
        is: most('resolved ms', rows),
        target: '≤ 100',
      },
      ...whole.map((row) => ({
        what: `every load's first setpoint handed over (${row.sink}), s`,
        is: Number(row['handed over s']),
        target: '≤ 5',
      })),
    ],
  };
}

async function oneRun(bench: Bench, targets: readonly string[], sink: string): Promise<Row> {
  const path = await freshFleet(bench, bench.loads);
  await post(bench, { targets, startMs: Date.now() - 1_000, intervals: 1, seconds: 3_600 });
  const file = join(dirname(path), 'instructions.ndjson');
  rmSync(file, { force: true });
  const isFile = sink === 'file';
  const { said, cpuMs, peakMb } = await follow(path, bench, isFile ? file : bench.broker.url);
  const done = said.handed + said.late;
  if (done === 0 || said.open + said.missed > 0) throw new Error(`not all was told: ${JSON.stringify(said)}`);
  return {
    loads: done,
    'resolved ms': said.resolvedMs,
    'noted ms': said.notedMs,
    'handed over s': said.handedMs / 1_000,
    'CPU s': cpuMs / 1_000,
    'peak MB': peakMb,
    'MB handed': isFile ? statSync(file).size / 1e6 : Number.NaN,
  };
}

/** Spans that begin and end while nothing else is to be done. */
async function lateness(bench: Bench): Promise<{ rows: Row[]; targets: Row[] }> {
  const fleets = [
    { loads: smallFleet, seconds: 3, intervals: 6 },
    { loads: bench.loads, seconds: 60, intervals: 2 },
  ];
  const rows: Row[] = [];
  for (const { loads, seconds, intervals } of fleets)
    for (const sink of ['file', bench.broker.name]) {
      process.stderr.write(`  spans: ${loads} loads, ${sink}\n`);
      const path = await freshFleet(bench, loads);
      // Time to begin.
      const startMs = Date.now() + 8_000 + loads / 4;
      await post(bench, { targets: [], startMs, intervals, seconds });
      const endMs = startMs + intervals * seconds * 1_000;
      const to = sink === 'file' ? join(dirname(path), 'instructions.ndjson') : bench.broker.url;
      const { peakMb } = await follow(path, bench, to, String(endMs + 5_000 + loads / 2));
      rows.push({ loads, sink, ...latenessIn(path, loads * (intervals + 1)), 'peak MB': peakMb });
    }
  const targets = rows.map((row) => ({
    what: `p99 late, ${row.loads} loads (${row.sink}), ms`,
    is: Number(row.p99),
    target: '≤ 250',
  }));
  return { rows, targets };
}

/** How long after their due times hand-overs were acknowledged, as the journal has it. */
function latenessIn(path: string, expected: number): Row {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const sql = `SELECT ended_ms - due_ms AS late FROM venfleet_dispatches
      WHERE outcome IN ('handed', 'late') ORDER BY late`;
    const late = (db.prepare(sql).all() as { late: number }[]).map((row) => row.late);
    if (late.length !== expected) throw new Error(`${late.length} of ${expected} were handed over`);
    const at = (part: number) => late[Math.min(late.length - 1, Math.floor(late.length * part))];
    return { 'hand-overs': late.length, p50: at(0.5), p99: at(0.99), max: late.at(-1) };
  } finally {
    db.close();
  }
}

function namesOf(path: string, sql: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return (db.prepare(sql).all() as { name: string }[]).map(({ name }) => name);
  } finally {
    db.close();
  }
}
