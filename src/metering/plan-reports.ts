import { ahead } from '../core/async-iterables.ts';
import type { SeriesKey, TimeSpan } from '../fleet/readings.ts';
import type { MeteringProfile } from '../profiles/metering-profile.ts';
import type { MeteredLoad, ReportedSpan, ReportingStore, ReportScope } from '../store/reporting-store.ts';
import type { BadLines, Mended } from './reading-source.ts';
import type { SeriesEncoder, SeriesExtent } from './series-encoder.ts';
import { common, without } from './time-spans.ts';

/** A load of which there is something to report. */
export interface ReportingLoad extends MeteredLoad {
  readonly vtnResourceId: string;
  /** `ReportedSpan.resourceRef`, as it is now. */
  readonly reportedAs: string;
}

/** What is to be reported of loads that share a series, and of which the same was reported before. */
export interface SeriesTask {
  readonly key: SeriesKey;
  readonly stepMs: number;
  /** In order of time. */
  readonly spans: readonly TimeSpan[];
  /** Readings in all of them. */
  readonly points: number;
  readonly loads: readonly ReportingLoad[];
}

/** Why nothing is sent of a load: no failure of its own, or of what the source has of it. */
export type Unsent =
  | { readonly at: 'skipped'; readonly reason: 'not registered' | 'suspended or disabled' | 'no readings' }
  | { readonly at: 'already-reported' }
  /** The job was stopped before it was known. */
  | { readonly at: 'left' }
  | { readonly at: 'failed'; readonly reason: string };

export interface ReportPlan {
  readonly tasks: readonly SeriesTask[];
  readonly loads: readonly MeteredLoad[];
  /** Of loads that no task is about. */
  readonly unsent: ReadonlyMap<MeteredLoad, Unsent>;
  /** Sums over the series that were read. */
  readonly mended: Mended;
  readonly series: number;
  readonly badLines: BadLines;
  /** The shortest step of any of them, milliseconds; undefined where none has readings. */
  readonly stepMs: number | undefined;
}

export interface PlanRequest {
  readonly store: ReportingStore;
  readonly encoder: SeriesEncoder;
  readonly profile: Pick<MeteringProfile, 'kind' | 'reportIsOf'>;
  readonly scope: ReportScope;
  /** Only readings whose intervals begin in it; of a series with this step, milliseconds. Default: all. */
  readonly spanOf?: ((stepMs: number) => TimeSpan) | undefined;
  /** As if nothing had been reported yet. */
  readonly again?: boolean | undefined;
  /** Loads of which reports may be on the VTN, and why that cannot be found out: nothing more is sent of them. */
  readonly inDoubt?: ReadonlyMap<string, string> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Series whose extents are asked for at once: the source's thread does nothing else meanwhile. */
const seriesAtOnce = 32;

/** Finds out what is to be reported of each load: what the source has of it, less what was reported. */
export async function planReports(request: PlanRequest): Promise<ReportPlan> {
  const { store, encoder, profile, scope, again, signal } = request;
  const reported = byLoad(again ? [] : await store.reportedSpans(profile.kind));
  const unsent = new Map<MeteredLoad, Unsent>();
  const bySeries = new Map<string, ReportingLoad[]>();
  const loads = (await store.meteredLoads(scope)).map((load): MeteredLoad => {
    const why = whyUnsent(load, request.inDoubt?.get(load.loadId));
    if (why) {
      unsent.set(load, why);
      return load;
    }
    const reporting = reportingLoad(load, profile);
    push(bySeries, JSON.stringify([load.meterId, load.component]), reporting);
    return reporting;
  });
  let stepMs: number | undefined;
  const groups = [...bySeries.values()];
  const tasks: SeriesTask[] = [];
  const mended = { rows: 0, notNumbers: 0, duplicates: 0, inFuture: 0, outOfOrder: 0, gaps: 0 };
  // The source's thread reads on while this one compares.
  for await (const { some, extents } of ahead(extentsOf(groups, encoder, signal), 2)) {
    if (!extents) {
      for (const load of some.flat()) unsent.set(load, { at: 'left' });
      continue;
    }
    for (const [n, ofSeries] of some.entries()) {
      const extent = extents[n] as SeriesExtent;
      if (extent.ok) for (const what of mendings) mended[what] += extent.mended[what];
      if (extent.ok && extent.span) stepMs = Math.min(stepMs ?? extent.stepMs, extent.stepMs);
      tasks.push(...(await tasksOf(ofSeries, extent, reported, request, unsent)));
    }
  }
  return { tasks, loads, unsent, mended, series: groups.length, badLines: await encoder.badLines(), stepMs };
}

/** Groups of loads with the extents of their series, in the order of the groups; without, once the job is aborted. */
async function* extentsOf(
  groups: readonly (readonly ReportingLoad[])[],
  encoder: SeriesEncoder,
  signal: AbortSignal | undefined,
) {
  for (let at = 0; at < groups.length; at += seriesAtOnce) {
    const some = groups.slice(at, at + seriesAtOnce);
    yield { some, extents: signal?.aborted ? undefined : await encoder.extents(some.map(keyOf)) };
  }
}

const mendings = ['rows', 'notNumbers', 'duplicates', 'inFuture', 'outOfOrder', 'gaps'] as const;

function whyUnsent({ vtnResourceId, isOff }: MeteredLoad, doubt: string | undefined): Unsent | undefined {
  if (isOff) return { at: 'skipped', reason: 'suspended or disabled' };
  if (vtnResourceId === null) return { at: 'skipped', reason: 'not registered' };
  return doubt === undefined ? undefined : { at: 'failed', reason: doubt };
}

/**
 * A report of a load alone goes by the VTN's id of its resource: what was told of a resource is not known of one that was made
 * anew. Reports of a VEN name their loads, whatever their ids.
 */
function reportingLoad(load: MeteredLoad, { reportIsOf }: PlanRequest['profile']): ReportingLoad {
  const vtnResourceId = load.vtnResourceId ?? '';
  return { ...load, vtnResourceId, reportedAs: reportIsOf === 'load' ? vtnResourceId : '' };
}

const keyOf = ([load]: readonly ReportingLoad[]): SeriesKey => load as ReportingLoad;

/** The tasks of one series: one for each difference in what was reported of its loads. */
async function tasksOf(
  loads: readonly ReportingLoad[],
  extent: SeriesExtent,
  reported: ReadonlyMap<string, readonly ReportedSpan[]>,
  { encoder, spanOf }: PlanRequest,
  unsent: Map<MeteredLoad, Unsent>,
): Promise<SeriesTask[]> {
  const setAll = (these: readonly ReportingLoad[], why: Unsent) => {
    for (const load of these) unsent.set(load, why);
  };
  if (!extent.ok) {
    setAll(loads, { at: 'failed', reason: extent.problem });
    return [];
  }
  const { span: whole, points, stepMs } = extent;
  const span = whole && (spanOf ? common(whole, spanOf(stepMs)) : whole);
  if (!span) {
    setAll(loads, { at: 'skipped', reason: 'no readings' });
    return [];
  }
  const { meterId, component } = keyOf(loads);
  const key = { meterId, component };
  const tasks: SeriesTask[] = [];
  for (const [spansText, alike] of alikeIn(loads, span, reported)) {
    const spans = JSON.parse(spansText) as TimeSpan[];
    const isWhole = spans.length === 1 && isSame(spans[0] as TimeSpan, whole as TimeSpan);
    const counts = isWhole ? [points] : spans.length === 0 ? [] : await encoder.counts(key, spans);
    const full = spans.filter((_, n) => (counts[n] as number) > 0);
    const sum = counts.reduce((total, count) => total + count, 0);
    if (sum > 0) tasks.push({ key, stepMs, spans: full, points: sum, loads: alike });
    // Nothing was reported of these, and yet there is nothing: the span holds no readings.
    else if (reportedOf(alike[0] as ReportingLoad, reported).length === 0)
      setAll(alike, { at: 'skipped', reason: 'no readings' });
    else setAll(alike, { at: 'already-reported' });
  }
  return tasks;
}

/** Loads by what of the span is still to be reported of them. */
function alikeIn(
  loads: readonly ReportingLoad[],
  span: TimeSpan,
  reported: ReadonlyMap<string, readonly ReportedSpan[]>,
): Map<string, ReportingLoad[]> {
  const alike = new Map<string, ReportingLoad[]>();
  for (const load of loads) push(alike, JSON.stringify(without(span, reportedOf(load, reported))), load);
  return alike;
}

/** What was reported of a load as the VTN knows it now. */
function reportedOf(
  { loadId, reportedAs }: ReportingLoad,
  reported: ReadonlyMap<string, readonly ReportedSpan[]>,
): readonly ReportedSpan[] {
  return (reported.get(loadId) ?? []).filter(({ resourceRef }) => resourceRef === reportedAs);
}

const isSame = (a: TimeSpan, b: TimeSpan) => a.fromMs === b.fromMs && a.untilMs === b.untilMs;

function byLoad<T extends { readonly loadId: string }>(spans: readonly T[]): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const span of spans) push(map, span.loadId, span);
  return map;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
