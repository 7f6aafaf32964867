/**
 * `node bench/adaptive.ts`: does the adaptive window find the VTN's best speed by itself? Models of real servers
 * on the simulator, in a process of its own; a sweep over fixed windows finds the best of them; the adaptive
 * window is held against it. The whole engine runs, with durable storage. All on loopback.
 */
import { parseArgs } from 'node:util';
import { type SimulatorProcess, startSimulator } from './lib/child.ts';
import { createFleets, type Fleets } from './lib/fleet.ts';
import { analyse, type Figures, settledAfter } from './lib/latency.ts';
import { type Observed, observeRun } from './lib/observe.ts';
import { median, printTable, type Row, writeResults } from './lib/report.ts';

const help = `Usage: node bench/adaptive.ts [options]
  --only LIST      scenarios: a, b, c, d, e (default all)
  --repeat N       runs of the adaptive window and of the best fixed one; medians are shown (default 3)
  --loads N        size of the fleet (default 116412)`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'a,b,c,d,e' },
    repeat: { type: 'string', default: '3' },
    loads: { type: 'string', default: '116412' },
    help: { type: 'boolean', default: false },
  },
});

/** What the simulator is told at some moment. */
interface Change {
  /** Seconds from the beginning of the run. */
  readonly at: number;
  readonly control: Record<string, unknown>;
}

interface Scenario {
  readonly title: string;
  readonly seconds: number;
  /** The first change is the model itself, at 0. */
  readonly changes: readonly Change[];
  readonly windows: readonly number[];
  /** What is asked of the adaptive window beyond its throughput. */
  check?(adaptive: Figures, unloadedMs: number): { what: string; is: number; target: string; ok: boolean };
}

const workers = (count: number) => ({ set: { workers: count, serviceTimeMs: 10 } });

const scenarios: Record<string, Scenario> = {
  a: {
    title: '(a) 20 ms latency, no other limit',
    seconds: 8,
    changes: [{ at: 0, control: { set: { latencyMs: 20 } } }],
    windows: [32, 64, 128, 192, 256, 384, 512],
  },
  b: {
    title: '(b) 32 workers of 10 ms behind a queue',
    seconds: 10,
    changes: [{ at: 0, control: workers(32) }],
    windows: [16, 32, 36, 40, 48, 64, 96],
    check: ({ p99Ms }, unloadedMs) => ({
      what: `p99 latency, in unloaded ones (${unloadedMs.toFixed(1)} ms)`,
      is: p99Ms / unloadedMs,
      target: '≤ 3',
      ok: p99Ms <= 3 * unloadedMs,
    }),
  },
  c: {
    title: '(c) 500 requests a second, then 429 with Retry-After: 1',
    seconds: 30,
    changes: [{ at: 0, control: { set: { maxRate: 500, retryAfterS: 1 } } }],
    windows: [1, 2, 4, 8, 32],
    check: ({ refusedShare }) => ({
      what: 'refused once settled, %',
      is: refusedShare * 100,
      target: '< 1',
      ok: refusedShare < 0.01,
    }),
  },
  d: {
    title: '(d) capacity halved after 6 s, restored after 12 s',
    seconds: 18,
    changes: [
      { at: 0, control: workers(32) },
      { at: 6, control: workers(16) },
      { at: 12, control: workers(32) },
    ],
    windows: [16, 24, 32, 40, 48, 64],
  },
  e: {
    title: '(e) a stall of 5 s after 4 s',
    seconds: 15,
    changes: [
      { at: 0, control: workers(32) },
      { at: 4, control: { stall: 5_000 } },
    ],
    windows: [32, 40, 48, 64],
  },
};

/** Seconds after which a run counts as settled, for latency and refusals. */
const settledS = 3;

async function runOnce(
  scenario: Scenario,
  window: number | 'adaptive',
  simulator: SimulatorProcess,
  fleets: Fleets,
  seconds = scenario.seconds,
): Promise<Observed> {
  await simulator.control({ reset: true, wipe: true });
  for (const { at, control } of scenario.changes) if (at === 0) await simulator.control(control);
  return observeRun({
    dbPath: await fleets.fresh(Number(values.loads)),
    vtnUrl: simulator.url,
    pacing: window === 'adaptive' ? { kind: 'adaptive' } : { kind: 'window', concurrency: window },
    seconds,
    onFirstLoad() {
      for (const { at, control } of scenario.changes) {
        if (at > 0) setTimeout(() => void simulator.control(control), at * 1000);
      }
    },
  });
}

/** The fixed window with the highest throughput, and what all reached. */
async function sweep(scenario: Scenario, simulator: SimulatorProcess, fleets: Fleets) {
  const rows: { window: number; perSecond: number; p99Ms: number }[] = [];
  for (const window of scenario.windows) {
    const observed = await runOnce(scenario, window, simulator, fleets);
    const { perSecond, p99Ms } = analyse(observed, 0, scenario.seconds);
    rows.push({ window, perSecond, p99Ms });
    process.stderr.write(`  window ${window}: ${Math.round(perSecond)}/s, p99 ${p99Ms.toFixed(1)} ms\n`);
  }
  const most = Math.max(...rows.map(({ perSecond }) => perSecond));
  // The smallest that is as good as the best: noise must not choose a larger one.
  return { rows, best: rows.find(({ perSecond }) => perSecond >= 0.99 * most)!.window };
}

async function play(name: string, simulator: SimulatorProcess, fleets: Fleets) {
  const scenario = scenarios[name];
  if (!scenario) throw new Error(`there is no scenario "${name}"\n${help}`);
  const { seconds, title, changes } = scenario;
  process.stderr.write(`${title}\n`);
  const unloaded = analyse(await runOnce(scenario, 1, simulator, fleets, 1), 0, 1).medianMs;
  const { rows: swept, best } = await sweep(scenario, simulator, fleets);
  const runs: { kind: 'adaptive' | 'best'; whole: Figures; settled: Figures; settling: number[] }[] = [];
  for (let round = 0; round < Number(values.repeat); round++) {
    for (const kind of ['best', 'adaptive'] as const) {
      const observed = await runOnce(scenario, kind === 'best' ? best : kind, simulator, fleets);
      const whole = analyse(observed, 0, seconds);
      const settling = changes
        .filter(({ at }) => at > 0)
        .map(({ at }, index, later) => settledAfter(observed, at, later[index + 1]?.at ?? seconds));
      runs.push({ kind, whole, settled: analyse(observed, settledS, seconds), settling });
      process.stderr.write(`  ${kind}: ${Math.round(whole.perSecond)}/s, p99 ${whole.p99Ms.toFixed(1)} ms\n`);
    }
  }
  return { name, title, scenario, unloaded, swept, best, runs };
}

type Played = Awaited<ReturnType<typeof play>>;

function rowsOf({ title, best, runs, unloaded, scenario }: Played): Row[] {
  const of = (kind: 'adaptive' | 'best', part: 'whole' | 'settled', field: keyof Figures) =>
    median(runs.filter((run) => run.kind === kind).map((run) => run[part][field]));
  const row = (kind: 'adaptive' | 'best', name: string): Row => ({
    model: title,
    window: name,
    'loads/s': of(kind, 'whole', 'perSecond'),
    'of the best, %': (of(kind, 'whole', 'perSecond') / of('best', 'whole', 'perSecond')) * 100,
    'p50 ms': of(kind, 'settled', 'medianMs'),
    'p99 ms': of(kind, 'settled', 'p99Ms'),
    'unloaded ms': unloaded,
    'refused %': of(kind, 'whole', 'refusedShare') * 100,
    'refused once settled %': of(kind, 'settled', 'refusedShare') * 100,
    'settled after s': scenario.changes.length > 1 ? settling(runs, kind) : undefined,
  });
  return [row('best', `${best} (best fixed)`), row('adaptive', 'adaptive')];
}

/** The worst of the changes, the median of the runs. */
function settling(runs: Played['runs'], kind: 'adaptive' | 'best'): number {
  return median(runs.filter((run) => run.kind === kind).map((run) => Math.max(...run.settling)));
}

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(`${help}\n`);
  const fleets = createFleets();
  const simulator = await startSimulator();
  const played: Played[] = [];
  try {
    // Once for nothing, so that both processes are warm.
    await runOnce(scenarios.a!, 64, simulator, fleets, 2);
    for (const name of values.only.split(',')) played.push(await play(name, simulator, fleets));
  } finally {
    await simulator.stop();
    fleets.close();
  }
  const rows = played.flatMap(rowsOf);
  printTable(`Adaptive against the best fixed window, median of ${values.repeat}`, rows);
  writeResults('adaptive', {
    rows,
    played: played.map(({ name, unloaded, swept, best, runs }) => ({ name, unloaded, swept, best, runs })),
  });
}

await main();
