/**
 * The part `views` of `npm run bench`: `venfleet serve` while people look at its page, against the simulator in a process of its
 * own. Viewing is switched on and off in turn while the fleet is registered, so that a busy moment of the machine hits both.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type SimulatorProcess, startSimulator } from './lib/child.ts';
import { buildDeployed } from './lib/deployed.ts';
import { eventForAll, throwUnlessDone } from './lib/event-for-all.ts';
import { type Fleets, registeredLoads } from './lib/fleet.ts';
import { median, printTable, type Row } from './lib/report.ts';
import { type HowStarted, type ServeProcess, startServe } from './lib/serve.ts';
import type { UsageNow } from './lib/tell-usage.ts';
import { askForViews, openViewer, type Waited } from './lib/viewers.ts';

export interface ViewsOptions {
  readonly loads: number;
  readonly repeat: number;
}

interface Bench extends ViewsOptions {
  readonly fleets: Fleets;
  readonly vtn: SimulatorProcess;
  readonly deployed: HowStarted;
}

const crowdSize = 100;
/** Between two requests for the same view. */
const pollMs = 500;
/** For so long somebody looks, or nobody. */
const sliceMs = 3_000;
/** In turn, so that what grows slower or faster by the number of loads adds to both alike. */
const viewing = [false, true, true, false];
const soakSeconds = 90;

export async function viewsPart(fleets: Fleets, options: ViewsOptions): Promise<unknown> {
  const deployed = buildDeployed();
  const vtn = await startSimulator();
  const bench = { ...options, fleets, vtn, deployed };
  try {
    const crowd = await crowdWhileRegistering(bench);
    const { pairs, waited, runs, soaked, peakMb } = await registrations(bench);
    process.stderr.write('  an event for all\n');
    const told = await eventForAll(fleets, options.loads, deployed);
    const registering = answerRows('while it registers', waited);
    const answered = [
      ...registering,
      ...answerRows(`${crowdSize} viewers at once, ${crowd.when}`, crowd.waited),
      ...answerRows('while it compares', soaked.waited),
    ];
    printTable('Until a view had come in full, milliseconds', answered);
    printTable(`Registrations: ${options.loads} loads, looked at for half the time`, runs);
    const { rows: speed, slower } = speedRows(pairs);
    printTable(`Of these, by turns of ${sliceMs / 1000} s, each pair within one run`, speed);
    printTable(`${soakSeconds} s of one comparison after the other, viewers coming and going`, soaked.rows);
    printTable('One event for all loads, handed over to a file', [told.row]);
    const targets = [
      ...registering.map(({ view, p95 }) => ({
        what: `${view} while it registers, p95, ms`,
        is: p95,
        target: '≤ 300',
      })),
      { what: 'registration slower while looked at, median of the pairs, %', is: slower, target: '≤ 5' },
      { what: `${crowdSize} viewers at once, until the last has all, s`, is: crowd.seconds, target: '–' },
      { what: 'peak memory: registration, MB', is: peakMb, target: '≤ 350' },
      { what: `the same with ${crowdSize} viewers, MB`, is: crowd.peakMb, target: '≤ 350' },
      { what: 'the same with comparisons after it, MB', is: soaked.peakMb, target: '≤ 350' },
      { what: 'with an event for all, MB', is: told.peakMb, target: '–' },
    ];
    printTable('What is aimed for', targets);
    return { answered, runs, speed, soak: soaked.rows, event: told.row, targets };
  } finally {
    await vtn.stop();
  }
}

/** A fleet that nobody has registered, a VTN that holds nothing, and `serve`, which begins to register. */
async function serveFresh({
  fleets,
  vtn,
  loads,
  deployed,
}: Bench): Promise<{ path: string; serve: ServeProcess }> {
  await vtn.control({ wipe: true });
  const path = await fleets.fresh(loads);
  // The next comparison begins at once when one has ended.
  return { path, serve: await startServe(path, vtn.url, ['--reconcile-every', '1'], deployed) };
}

/** Until the VTN holds so many, or the registration is over. Rejects where `serve` has ended. */
async function untilHeld({ vtn }: Bench, serve: ServeProcess, resources: number): Promise<void> {
  while ((await vtn.stats()).resources < resources && serve.runs.length === 0) {
    await serve.usage();
    await sleep(20);
  }
}

/** So many people open the page at once while the fleet is registered, and stay. */
async function crowdWhileRegistering(bench: Bench) {
  process.stderr.write(`  ${crowdSize} viewers at once\n`);
  const { serve } = await serveFresh(bench);
  await untilHeld(bench, serve, bench.loads / 4);
  const startedAt = performance.now();
  const viewers = Array.from({ length: crowdSize }, () => openViewer(serve.url));
  const waited = await Promise.all([
    ...viewers.map(({ first }) => first),
    ...viewers.map(() => askForViews(serve.url)),
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  const when = serve.runs.length === 0 ? 'while it registers' : 'after it has registered';
  throwUnlessDone(await serve.ended('register'));
  const { peakMb } = await serve.usage();
  await Promise.all(viewers.map((viewer) => viewer.leave()));
  await serve.stop();
  return { waited, seconds, peakMb, when };
}

/** A stretch of a registration. */
interface Slice {
  readonly isViewed: boolean;
  readonly loads: number;
  readonly seconds: number;
  readonly cpuMs: number;
}

/** Registers the whole fleet several times; after the last, soaks. */
async function registrations(bench: Bench) {
  const pairs: [Slice, Slice][] = [];
  const waited: Waited[] = [];
  const runs: Row[] = [];
  const peaks: number[] = [];
  for (let round = 1; ; round++) {
    process.stderr.write(`  round ${round}/${bench.repeat}\n`);
    const { path, serve } = await serveFresh(bench);
    const done = serve.ended('register');
    pairs.push(...(await slicesOf(bench, serve, waited)));
    const run = throwUnlessDone(await done);
    const { peakMb, cpuMs } = await serve.usage();
    const registered = registeredLoads(path);
    runs.push({
      ...{ loads: registered, seconds: run.seconds, 'loads/s': registered / run.seconds },
      ...{ 'CPU µs/load': (cpuMs * 1000) / registered, 'peak MB': peakMb },
    });
    peaks.push(peakMb);
    const soaked = round === bench.repeat ? await soak(serve) : undefined;
    await serve.stop();
    if (soaked) return { pairs, waited, runs, soaked, peakMb: Math.max(...peaks) };
  }
}

/** Looks and looks away until all is registered; slices with a viewer and without, side by side. */
async function slicesOf(bench: Bench, serve: ServeProcess, waited: Waited[]): Promise<[Slice, Slice][]> {
  const { loads, vtn } = bench;
  await untilHeld(bench, serve, loads / 20);
  const mark = async () => {
    const [{ cpuMs }, { resources }] = await Promise.all([serve.usage(), vtn.stats()]);
    return { cpuMs, resources, at: performance.now() };
  };
  const slices: Slice[] = [];
  for (let from = await mark(); ; ) {
    const isViewed = viewing[slices.length % viewing.length]!;
    if (isViewed) waited.push(...(await look(serve.url)));
    else await sleep(sliceMs);
    const to = await mark();
    // Its end: not all of this slice was registration.
    if (to.resources >= loads || serve.runs.length > 0) break;
    slices.push({
      ...{ isViewed, loads: to.resources - from.resources },
      ...{ seconds: (to.at - from.at) / 1000, cpuMs: to.cpuMs - from.cpuMs },
    });
    from = to;
  }
  return slices.flatMap((slice, at) => {
    const next = slices[at + 1];
    if (at % 2 === 1 || !next) return [];
    return [slice.isViewed ? [next, slice] : [slice, next]];
  });
}

/** Has the page open for a slice, and asks for its views besides, as often as said above, whether or not the last is answered. */
async function look(page: string): Promise<Waited[]> {
  const viewer = openViewer(page);
  const asked: Promise<Waited>[] = [viewer.first];
  for (let spent = 0; spent < sliceMs; spent += pollMs) {
    asked.push(askForViews(page));
    await sleep(pollMs);
  }
  const waited = await Promise.all(asked);
  await viewer.leave();
  return waited;
}

/** One comparison after the other while viewers come, each for some seconds. */
async function soak(serve: ServeProcess) {
  process.stderr.write(`  ${soakSeconds} s of comparisons\n`);
  const waited: Waited[] = [];
  const rows: Row[] = [];
  const thirdMs = (soakSeconds * 1000) / 3;
  for (const third of ['first', 'second', 'last']) {
    const before = { runs: serve.runs.length, viewers: waited.length };
    const used: UsageNow[] = [];
    const looking: Promise<unknown>[] = [];
    for (const startedAt = performance.now(); performance.now() - startedAt < thirdMs; ) {
      looking.push(look(serve.url).then((these) => waited.push(...these)));
      used.push(await serve.usage());
      await sleep(1_000);
    }
    await Promise.all(looking);
    const resident = used.map(({ residentMb }) => residentMb);
    rows.push({
      third,
      comparisons: serve.runs.length - before.runs,
      viewers: looking.length,
      answers: waited.length - before.viewers,
      'memory MB, median': median(resident),
      'memory MB, most': Math.max(...resident),
      'heap MB, least': Math.min(...used.map(({ heapMb }) => heapMb)),
      'heap MB, median': median(used.map(({ heapMb }) => heapMb)),
    });
  }
  for (const run of serve.runs) throwUnlessDone(run);
  return { waited, rows, peakMb: (await serve.usage()).peakMb };
}

function answerRows(when: string, waited: readonly Waited[]): Row[] {
  return (['overview', 'matrix'] as const).map((view) => {
    const ms = waited.map((one) => one[view]).sort((a, b) => a - b);
    return {
      ...{ view, when, answers: ms.length },
      ...{ p50: quantile(ms, 0.5), p95: quantile(ms, 0.95), max: ms.at(-1) },
    };
  });
}

const quantile = (sorted: readonly number[], part: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

/** Nothing where the registrations were over too soon. */
function speedRows(pairs: readonly [Slice, Slice][]): { rows: Row[]; slower: number | undefined } {
  if (pairs.length === 0) return { rows: [], slower: undefined };
  const rows = [0, 1].map((at) => {
    const sum = (field: 'loads' | 'seconds' | 'cpuMs') =>
      pairs.reduce((total, pair) => total + pair[at]![field], 0);
    return {
      ...{ page: at === 1 ? 'looked at' : 'not looked at', slices: pairs.length },
      ...{ 'loads/s': sum('loads') / sum('seconds'), 'CPU µs/load': (sum('cpuMs') * 1000) / sum('loads') },
    };
  });
  const rate = ({ loads, seconds }: Slice) => loads / seconds;
  const ratio = median(pairs.map(([alone, viewed]) => rate(viewed) / rate(alone)));
  return { rows, slower: (1 - ratio) * 100 };
}
