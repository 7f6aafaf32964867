/**
 * `npm run bench`: how fast loads are registered, end to end with durable storage, against a server of its own
 * that costs next to nothing. All on loopback. Options: see `help` below.
 */
import { parseArgs } from 'node:util';
import { profileNames } from '../src/profiles/choose-profile.ts';
import { eventsPart } from './events.ts';
import {
  type BenchServer,
  benchFile,
  type ProgramRun,
  runProgram,
  runVenfleet,
  startBenchServer,
  startSimulator,
} from './lib/child.ts';
import { createFleets, type Fleets, loadsByVen, registeredLoads } from './lib/fleet.ts';
import { median, printTable, type Row, writeResults } from './lib/report.ts';
import { meteringPart } from './metering.ts';
import { viewsPart } from './views.ts';

const help = `Usage: npm run bench -- [options]
  --loads N        size of the fleet (default 116412, the reference fleet)
  --only PARTS     of pacing, fleet, profiles, memory, metering, events, views: comma-separated (default pacing,fleet,profiles)
  --repeat N       rounds; medians are shown (default 3)
  --windows LIST   windows to try (default 8,16,32,64,128,256)
  --many N         loads of the large fleet of the part "memory" (default 1000000)
  --whole          in the part "metering", all loads; else those of one component of six`;

const { values } = parseArgs({
  options: {
    loads: { type: 'string', default: '116412' },
    only: { type: 'string', default: 'pacing,fleet,profiles' },
    repeat: { type: 'string', default: '3' },
    windows: { type: 'string', default: '8,16,32,64,128,256' },
    many: { type: 'string', default: '1000000' },
    whole: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const loads = Number(values.loads);
const repeat = Number(values.repeat);
const windows = values.windows.split(',').map(Number);

/** One way of registering a fleet, or of sending its requests. */
interface Contender {
  readonly name: string;
  run(path: string, url: string): Promise<ProgramRun>;
  /** It only sends: the database stays as it is. */
  readonly storesNothing?: boolean;
}

const ours = (name: string, ...options: string[]): Contender => ({
  name,
  run: (path, url) =>
    runVenfleet(['register', '--db', path, '--vtn-url', url, '--token', 'bench', '--json', ...options]),
});
const pythonWithFetch: Contender = {
  name: 'the Python system’s algorithm without delay, with fetch',
  run: (path, url) => runProgram(benchFile('contenders/python-algorithm-fetch.ts'), [path, url]),
};
const oneThread: Contender = {
  name: 'the same, without the thread that reads',
  run: (path, url) => runProgram(benchFile('contenders/one-thread.ts'), [path, url]),
};
const bareUndici = (api: 'dispatch' | 'request', connections: number): Contender => ({
  name: `bare undici (${api}, ${connections} connections), ready-made bodies`,
  run: (path, url) =>
    runProgram(benchFile('contenders/bare-undici.ts'), [path, url, String(connections), api]),
  storesNothing: true,
});

/** What one run came to. */
interface Outcome {
  readonly loads: number;
  readonly seconds: number;
  /** Without the start of the process, where it says. */
  readonly workSeconds: number;
  readonly cpuUsPerLoad: number;
  readonly serverUsPerLoad: number;
  readonly peakMb: number;
  readonly writtenMb: number;
}

async function measure(
  contender: Contender,
  server: BenchServer,
  fleets: Fleets,
  size: number,
): Promise<Outcome> {
  const path = await fleets.fresh(size);
  const before = await server.spent();
  const run = await contender.run(path, server.url);
  const after = await server.spent();
  const said = run.output as { registered?: number; seconds?: number; cpuMs?: number };
  const ownSummary = run.output as { loads?: { registered: number }; elapsedSeconds?: number };
  const done = said.registered ?? ownSummary.loads?.registered ?? 0;
  if (!contender.storesNothing && registeredLoads(path) !== done) {
    throw new Error(`${contender.name}: says ${done} loads, the database has ${registeredLoads(path)}`);
  }
  return {
    loads: done,
    // Ours counts from the start of the process to its end; the others from their first statement to their last.
    seconds: said.seconds ?? run.wallSeconds,
    workSeconds: said.seconds ?? ownSummary.elapsedSeconds ?? run.wallSeconds,
    cpuUsPerLoad: ((said.cpuMs ?? run.cpuMs) * 1000) / done,
    serverUsPerLoad: ((after.cpuMs - before.cpuMs) * 1000) / done,
    peakMb: run.peakMb,
    writtenMb: run.writtenMb,
  };
}

/** Runs all contenders in turn, `rounds` times over, so that a busy moment of the machine hits no one alone. */
async function compare(
  contenders: readonly Contender[],
  server: BenchServer,
  fleets: Fleets,
  size: number,
  rounds: number,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      process.stderr.write(`  round ${round + 1}/${rounds}: ${contender.name}\n`);
      outcomes.get(contender.name)!.push(await measure(contender, server, fleets, size));
    }
  }
  return new Map([...outcomes].map(([name, all]) => [name, medianOutcome(all)]));
}

function medianOutcome(outcomes: readonly Outcome[]): Outcome {
  const of = (field: keyof Outcome) => median(outcomes.map((outcome) => outcome[field]));
  return {
    loads: of('loads'),
    seconds: of('seconds'),
    workSeconds: of('workSeconds'),
    cpuUsPerLoad: of('cpuUsPerLoad'),
    serverUsPerLoad: of('serverUsPerLoad'),
    peakMb: of('peakMb'),
    writtenMb: of('writtenMb'),
  };
}

function rowOf(name: string, outcome: Outcome): Row {
  return {
    what: name,
    loads: outcome.loads,
    seconds: outcome.seconds,
    'loads/s': outcome.loads / outcome.seconds,
    'CPU µs/load': outcome.cpuUsPerLoad,
    'server µs/load': outcome.serverUsPerLoad,
    'peak MB': outcome.peakMb,
    'MB written': outcome.writtenMb,
  };
}

const pythonBatch = 50;
const pythonDelay = 0.5;

/** The Python system's own pacing on the first two VENs; a whole fleet would take twenty minutes. */
async function pythonScaled(
  server: BenchServer,
  fleets: Fleets,
): Promise<{ row: Row; fleetSeconds: number }> {
  const perVen = loadsByVen(await fleets.master(loads));
  const batchesOf = (vens: readonly number[]) =>
    vens.reduce((sum, count) => sum + Math.ceil(count / pythonBatch), 0);
  const name = `the Python system’s pacing (${pythonBatch}, then ${pythonDelay} s), first 2 VENs only`;
  const options = ['--batch-size', `${pythonBatch}`, '--delay-between-batches', `${pythonDelay}`];
  const outcome = await measure(ours(name, '--limit-vens', '2', ...options), server, fleets, loads);
  const batches = batchesOf(perVen.slice(0, 2));
  const fleetSeconds = (outcome.workSeconds / batches) * batchesOf(perVen);
  process.stdout.write(
    `\nThe Python system’s pacing took ${outcome.workSeconds.toFixed(1)} s for ${batches} batches; the whole fleet has ` +
      `${batchesOf(perVen)}: ${Math.round(fleetSeconds)} s by calculation.\n`,
  );
  return { row: rowOf(name, outcome), fleetSeconds };
}

async function pacingPart(server: BenchServer, fleets: Fleets): Promise<unknown> {
  const { row, fleetSeconds } = await pythonScaled(server, fleets);
  const contenders = [
    ours(
      'the Python system’s pacing without its delay',
      '--batch-size',
      `${pythonBatch}`,
      '--delay-between-batches',
      '0',
    ),
    ...windows.map((window) => ours(`window ${window}`, '--concurrency', String(window))),
    ours('default'),
  ];
  const outcomes = await compare(contenders, server, fleets, loads, repeat);
  const rows = [row, ...[...outcomes].map(([name, outcome]) => rowOf(name, outcome))];
  printTable(`Pacing: ${loads} loads, median of ${repeat}`, rows);
  return { rows, pythonFleetSeconds: fleetSeconds };
}

async function fleetPart(server: BenchServer, fleets: Fleets): Promise<unknown> {
  const { fleetSeconds } = await pythonScaled(server, fleets);
  const own = ours('venfleet register (default)');
  const ceilings = [bareUndici('dispatch', 64), bareUndici('dispatch', 256), bareUndici('request', 64)];
  const outcomes = await compare(
    [own, oneThread, pythonWithFetch, ...ceilings],
    server,
    fleets,
    loads,
    repeat,
  );
  const rows = [...outcomes].map(([name, outcome]) => rowOf(name, outcome));
  printTable(`The whole fleet: ${loads} loads, median of ${repeat}`, rows);
  const rate = (contender: Contender) => {
    const { loads: done, seconds } = outcomes.get(contender.name)!;
    return done / seconds;
  };
  const ceiling = Math.max(...ceilings.map(rate));
  const ratios = [
    { ratio: 'to the Python system’s default pacing', is: rate(own) / (loads / fleetSeconds), target: 250 },
    {
      ratio: 'to the Python system’s algorithm without delay, with fetch',
      is: rate(own) / rate(pythonWithFetch),
      target: 5,
    },
    { ratio: 'to bare undici at its best', is: rate(own) / ceiling, target: 0.6 },
  ];
  printTable('Ratios of venfleet register', ratios);
  return { rows, ratios, pythonFleetSeconds: fleetSeconds };
}

async function memoryPart(server: BenchServer, fleets: Fleets): Promise<unknown> {
  const sizes = [loads, Number(values.many)];
  const rows: Row[] = [];
  for (const size of sizes) {
    const outcomes = await compare(
      [ours(`${size} loads`)],
      server,
      fleets,
      size,
      size === loads ? repeat : 1,
    );
    for (const [name, outcome] of outcomes) rows.push(rowOf(name, outcome));
  }
  printTable('Peak memory', rows);
  const [few, many] = rows.map((row) => Number(row['peak MB']));
  const ratio = (many ?? 0) / (few ?? 1);
  process.stdout.write(`Peak memory ${ratio.toFixed(2)} times as much (target: at most 1.2)\n`);
  return { rows, ratio };
}

/** The same fleet on the simulator, which is strict and keeps all, as each kind of VTN that there is. */
async function profilesPart(server: BenchServer, fleets: Fleets): Promise<unknown> {
  const simulators = await Promise.all(profileNames.map((profile) => startSimulator(profile)));
  try {
    const contenders = profileNames.map((profile, n): Contender => {
      const { url, control } = simulators[n]!;
      const own = ours(profile, '--profile', profile);
      return {
        name: profile,
        async run(path) {
          await control({ wipe: true });
          return own.run(path, url);
        },
      };
    });
    const outcomes = await compare(contenders, server, fleets, loads, repeat);
    const rows = [...outcomes].map(([name, outcome]) => {
      const { 'server µs/load': _, ...row } = rowOf(name, outcome);
      return row;
    });
    printTable(`Profiles, on the simulator: ${loads} loads, median of ${repeat}`, rows);
    const rates = rows.map((row) => Number(row['loads/s']));
    const apart = (1 - Math.min(...rates) / Math.max(...rates)) * 100;
    process.stdout.write(`The slowest is ${apart.toFixed(0)} % below the fastest (target: at most 15 %)\n`);
    return { rows, apart };
  } finally {
    await Promise.all(simulators.map((simulator) => simulator.stop()));
  }
}

const parts = {
  pacing: pacingPart,
  fleet: fleetPart,
  profiles: profilesPart,
  memory: memoryPart,
  metering: () => meteringPart({ loads, whole: values.whole, repeat }),
  events: (_server: BenchServer, fleets: Fleets) => eventsPart(fleets, { loads, repeat }),
  views: (_server: BenchServer, fleets: Fleets) => viewsPart(fleets, { loads, repeat }),
};

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(`${help}\n`);
  const chosen = values.only.split(',').map((name) => {
    if (!Object.hasOwn(parts, name)) throw new Error(`there is no part "${name}"\n${help}`);
    return name as keyof typeof parts;
  });
  const fleets = createFleets();
  const server = await startBenchServer();
  const results: Record<string, unknown> = {};
  try {
    for (const name of chosen) results[name] = await parts[name](server, fleets);
  } finally {
    await server.stop();
    fleets.close();
  }
  writeResults('registration', { loads, repeat, ...results });
}

await main();
