/** The part `metering` of `npm run bench`: how fast history is reported, end to end with durable progress. */
import {
  type BenchServer,
  benchFile,
  type ProgramRun,
  runProgram,
  runVenfleet,
  startBenchServer,
  startSimulator,
} from './lib/child.ts';
import { createMeteredFleet, type MeteredFleet } from './lib/metered-fleet.ts';
import { median, printTable, type Row } from './lib/report.ts';

export interface MeteringOptions {
  /** Loads of the whole fleet. */
  readonly loads: number;
  /** Whether all loads are reported; else those of one component of six. As many loads share a series either way. */
  readonly whole: boolean;
  readonly repeat: number;
}

/** One way of sending history. */
interface Contender {
  readonly name: string;
  run(fleet: MeteredFleet, url: string): Promise<ProgramRun>;
}

const history = (profile: string, ...options: string[]): Contender => ({
  name: `venfleet report history (${profile})`,
  run: ({ meterData, components, fresh }, url) =>
    runVenfleet([
      ...['report', 'history', '--db', fresh(), '--meter-data', meterData, '--vtn-url', url],
      ...['--profile', profile, '--token', 'bench', '--json', ...options],
      ...components.flatMap((name) => ['--component', name]),
    ]),
});
const filed = ['--program', 'program', '--event', 'event'];
const flexGateway = history('flex-gateway');
const openAdr = [history('openadr-3.0', ...filed), history('openadr-3.1', ...filed)];
const bareUndici = (connections: number): Contender => ({
  name: `bare undici (${connections} connections), ready-made bodies for flex-gateway`,
  run: ({ meterData, components, fresh }, url) =>
    runProgram(benchFile('contenders/bare-reports.ts'), [
      ...[fresh(), meterData, url, String(connections), ...components],
    ]),
});
const bare = [bareUndici(4), bareUndici(16)];

/** What one run came to. */
interface Outcome {
  readonly points: number;
  readonly requests: number;
  readonly gigabytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly serverCpuSeconds: number;
  readonly peakMb: number;
}

async function measure(contender: Contender, server: BenchServer, fleet: MeteredFleet): Promise<Outcome> {
  const before = await server.spent();
  const { output, wallSeconds, cpuMs, peakMb } = await contender.run(fleet, server.url);
  const after = await server.spent();
  const said = output as { points: number; failed?: number; left?: number; seconds?: number; cpuMs?: number };
  if ((said.failed ?? 0) + (said.left ?? 0) > 0)
    throw new Error(`${contender.name}: ${said.failed} loads failed, ${said.left} are left`);
  return {
    points: said.points,
    requests: after.answered - before.answered,
    gigabytes: (after.bytes - before.bytes) / 1e9,
    // Ours counts from the start of the process to its end; the others from their first request to their last answer.
    seconds: said.seconds ?? wallSeconds,
    cpuSeconds: (said.cpuMs ?? cpuMs) / 1000,
    serverCpuSeconds: (after.cpuMs - before.cpuMs) / 1000,
    peakMb,
  };
}

/** Runs all in turn, `rounds` times over, so that a busy moment of the machine hits no one alone; medians. */
async function compare(
  contenders: readonly Contender[],
  server: BenchServer,
  fleet: MeteredFleet,
  rounds: number,
): Promise<Map<Contender, Outcome>> {
  const outcomes = new Map<Contender, Outcome[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      process.stderr.write(`  round ${round + 1}/${rounds}: ${contender.name}\n`);
      outcomes.get(contender)!.push(await measure(contender, server, fleet));
    }
  }
  return new Map([...outcomes].map(([contender, all]) => [contender, medianOutcome(all)]));
}

function medianOutcome(outcomes: readonly Outcome[]): Outcome {
  const of = (field: keyof Outcome) => median(outcomes.map((outcome) => outcome[field]));
  return {
    points: of('points'),
    requests: of('requests'),
    gigabytes: of('gigabytes'),
    seconds: of('seconds'),
    cpuSeconds: of('cpuSeconds'),
    serverCpuSeconds: of('serverCpuSeconds'),
    peakMb: of('peakMb'),
  };
}

const perSecond = ({ points, seconds }: Pick<Outcome, 'points' | 'seconds'>) => points / seconds;

function rowOf(name: string, outcome: Outcome): Row {
  return {
    what: name,
    'M readings': outcome.points / 1e6,
    requests: outcome.requests,
    GB: outcome.gigabytes,
    seconds: outcome.seconds,
    'M readings/s': perSecond(outcome) / 1e6,
    'CPU s': outcome.cpuSeconds,
    'server CPU s': outcome.serverCpuSeconds,
    'peak MB': outcome.peakMb,
  };
}

interface Ratio extends Row {
  readonly what: string;
  readonly is: number;
  readonly target: string;
}

/** Against a server that takes everything at once. */
async function sending(fleet: MeteredFleet, repeat: number): Promise<{ rows: Row[]; ratios: Ratio[] }> {
  const server = await startBenchServer('meter-server.ts');
  try {
    const outcomes = await compare([flexGateway, ...bare, ...openAdr], server, fleet, repeat);
    const rows = [...outcomes].map(([{ name }, outcome]) => rowOf(name, outcome));
    const again = await secondRun(server, fleet);
    rows.push(rowOf('venfleet report history, where nothing is left to report', again));
    const rate = (contender: Contender) => perSecond(outcomes.get(contender)!);
    const ceiling = Math.max(...bare.map(rate));
    const slowest = Math.min(...openAdr.map(rate));
    const peak = Math.max(...[flexGateway, ...openAdr].map((one) => outcomes.get(one)!.peakMb));
    const ratios = [
      { what: 'flex-gateway, to bare undici at its best', is: rate(flexGateway) / ceiling, target: '≥ 0.6' },
      { what: 'OpenADR, M readings/s', is: slowest / 1e6, target: '≥ 3' },
      { what: 'peak memory, MB', is: peak, target: '≤ 350' },
      { what: 'a run with nothing to send, seconds', is: again.seconds, target: 'about 1' },
    ];
    return { rows, ratios };
  } finally {
    await server.stop();
  }
}

/** A run that finds everything reported. */
async function secondRun(server: BenchServer, fleet: MeteredFleet): Promise<Outcome> {
  const same = { ...fleet, fresh: () => path };
  const path = fleet.fresh();
  await measure(flexGateway, server, same);
  return measure(flexGateway, server, same);
}

/** Reading the meter file, and encoding, with nothing else going on. */
async function reading({ meterData, fresh }: MeteredFleet): Promise<Row[]> {
  const program = benchFile('contenders/read-series.ts');
  // All of the file, so that the compiler's warming up counts little.
  const { output } = await runProgram(program, [fresh(), meterData]);
  const { points, seconds } = output as { points: number; seconds: Record<string, number> };
  return Object.entries(seconds).map(([what, took]) => ({
    what,
    'M readings': points / 1e6,
    seconds: took,
    'M readings/s': points / took / 1e6,
  }));
}

/** The model of a VTN that takes 20,000 readings a second, and how long it is kept busy. */
const model = { workers: 2, pointsPerSecond: 10_000, readings: 300_000 };

/** Whether the adaptive window finds what a slow VTN takes, against fixed ones. */
async function slowVtn(fleet: MeteredFleet): Promise<{ rows: Row[]; ratios: Ratio[] }> {
  const simulator = await startSimulator();
  try {
    const { workers, pointsPerSecond } = model;
    const path = fleet.unregistered(Math.round(model.readings / fleet.hours));
    await runVenfleet(['register', '--db', path, '--vtn-url', simulator.url, '--token', 'bench', '--json']);
    const few = { ...fleet, components: [], fresh: () => path };
    const rows: { window: string; 'readings/s': number; 'of what it takes, %': number; lost: number }[] = [];
    for (const window of ['2', '8', '32', 'adaptive']) {
      process.stderr.write(`  window ${window}\n`);
      await simulator.control({ set: { workers, pointsPerSecond } });
      const options = window === 'adaptive' ? [] : ['--concurrency', window];
      const { output } = await history('flex-gateway', '--again', ...options).run(few, simulator.url);
      const said = output as {
        pointsPerSecond: number;
        pointsFailed: number;
        inDoubt: { sentAgain: number };
      };
      rows.push({
        window,
        'readings/s': said.pointsPerSecond,
        'of what it takes, %': (said.pointsPerSecond / (workers * pointsPerSecond)) * 100,
        lost: said.pointsFailed + said.inDoubt.sentAgain,
      });
    }
    const best = Math.max(...rows.map((row) => row['readings/s']));
    const is = rows.at(-1)!['readings/s'] / best;
    return { rows, ratios: [{ what: 'adaptive window, to the best', is, target: '≥ 0.95' }] };
  } finally {
    await simulator.stop();
  }
}

export async function meteringPart({ loads, whole, repeat }: MeteringOptions): Promise<unknown> {
  process.stderr.write('  making a fleet and its meter file\n');
  const fleet = await createMeteredFleet(loads, whole ? [] : ['load_0']);
  try {
    const read = await reading(fleet);
    printTable('Reading and encoding alone', read);
    const sent = await sending(fleet, repeat);
    printTable(`History of ${fleet.loads} loads, median of ${repeat}`, sent.rows);
    const slow = await slowVtn(fleet);
    const { workers, pointsPerSecond } = model;
    printTable(`On a VTN that takes ${workers * pointsPerSecond} readings a second`, slow.rows);
    const ratios = [...sent.ratios, ...slow.ratios];
    printTable('What is aimed for', ratios);
    return { read, sent: sent.rows, slow: slow.rows, ratios };
  } finally {
    fleet.close();
  }
}
