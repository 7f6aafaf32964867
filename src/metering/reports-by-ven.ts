import { ahead } from '../core/async-iterables.ts';
import type { TimeSpan } from '../fleet/readings.ts';
import type { ReportingLoad, SeriesTask } from './plan-reports.ts';
import type { PlannedPart, PlannedReport } from './planned-report.ts';
import type { ReportMaking } from './report-making.ts';
import { named } from './report-size.ts';
import type { EncodedSpan, SeriesEncoder } from './series-encoder.ts';
import { common, pieces } from './time-spans.ts';

/** Readings of a series in a window at most: four weeks of hours, one of quarters. All series of a window are in memory. */
const mostInWindow = 672;

/** VENs whose reports are made before their turn, at most. */
const mostAhead = 2;

/**
 * The reports of VTNs that take the loads of a VEN together, window by window of time, and in it VEN by VEN: a window of
 * a series is encoded once, and kept until the window ends. A report tells as many loads as its bytes allow.
 */
export async function* reportsByVen(
  tasks: readonly SeriesTask[],
  options: ReportMaking,
): AsyncGenerator<PlannedReport[]> {
  yield* ahead(reportsOf(tasks, options), mostAhead);
}

async function* reportsOf(
  tasks: readonly SeriesTask[],
  options: ReportMaking,
): AsyncGenerator<PlannedReport[]> {
  if (tasks.length === 0) return;
  const stepMs = tasks.reduce((least, task) => Math.min(least, task.stepMs), Number.POSITIVE_INFINITY);
  const mostPoints = Math.min(mostInWindow, options.size.mostPoints());
  const vens = membersByVen(tasks);
  for (const window of pieces(hullOf(tasks), stepMs * mostPoints)) {
    const encodedIn = encoderOfWindow(window, mostPoints, options.encoder);
    for (const [venName, members] of vens) {
      const parts = await partsOf(members, encodedIn, options.references);
      const reports = [...parts.values()].flatMap(({ span, parts }) => cut(venName, span, parts, options));
      if (reports.length > 0) yield reports;
    }
  }
}

interface Member {
  readonly load: ReportingLoad;
  readonly task: SeriesTask;
}

function membersByVen(tasks: readonly SeriesTask[]): [string, Member[]][] {
  const vens = new Map<string, Member[]>();
  for (const task of tasks) {
    for (const load of task.loads) {
      const venName = load.venName ?? '';
      const members = vens.get(venName) ?? [];
      vens.set(venName, members);
      members.push({ load, task });
    }
  }
  return [...vens].sort(([a], [b]) => (a < b ? -1 : 1));
}

function hullOf(tasks: readonly SeriesTask[]): TimeSpan {
  let [fromMs, untilMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { spans } of tasks) {
    for (const span of spans) {
      fromMs = Math.min(fromMs, span.fromMs);
      untilMs = Math.max(untilMs, span.untilMs);
    }
  }
  return { fromMs, untilMs };
}

type EncodedIn = (task: SeriesTask) => Promise<readonly EncodedSpan[]>;

/** What of each task lies in a window, encoded once. */
function encoderOfWindow(window: TimeSpan, mostPoints: number, encoder: SeriesEncoder): EncodedIn {
  const encoded = new Map<SeriesTask, Promise<EncodedSpan[]>>();
  const make = async ({ key, spans }: SeriesTask) => {
    const made: EncodedSpan[] = [];
    for (const span of spans) {
      const inWindow = common(span, window);
      if (inWindow) made.push(...(await encoder.encode(key, inWindow, mostPoints)));
    }
    return made;
  };
  return (task) => {
    const known = encoded.get(task) ?? make(task);
    encoded.set(task, known);
    return known;
  };
}

interface PartsOfSpan {
  readonly span: TimeSpan;
  readonly parts: PlannedPart[];
}

/** The parts of loads, by their span. */
async function partsOf(
  members: readonly Member[],
  encodedIn: EncodedIn,
  references: ReadonlyMap<string, string>,
): Promise<Map<string, PartsOfSpan>> {
  const bySpan = new Map<string, PartsOfSpan>();
  for (const { load, task } of members) {
    for (const { fromMs, untilMs, encoded } of await encodedIn(task)) {
      const at = `${fromMs}-${untilMs}`;
      const ofSpan = bySpan.get(at) ?? { span: { fromMs, untilMs }, parts: [] };
      bySpan.set(at, ofSpan);
      const resourceRef = references.get(load.loadId) ?? load.vtnResourceId;
      ofSpan.parts.push({ load, resourceRef, key: task.key, encoded });
    }
  }
  return bySpan;
}

/** Reports of these parts, each as large as it may be. */
function cut(
  venName: string,
  span: TimeSpan,
  parts: readonly PlannedPart[],
  { profile, size }: ReportMaking,
): PlannedReport[] {
  const reports: PlannedReport[] = [];
  let some: PlannedPart[] = [];
  let bytes = 0;
  const end = () => {
    if (some.length > 0) reports.push(named(venName, span, some, profile));
    [some, bytes] = [[], 0];
  };
  for (const part of parts) {
    const own =
      part.encoded.bytes.length + profile.overheadOf({ venName, reportName: undefined }, [part.resourceRef]);
    if (bytes + own > size.mostBytes()) end();
    some.push(part);
    bytes += own;
  }
  end();
  return reports;
}
