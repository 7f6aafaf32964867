import type { Call, HeldPoints } from '../../machine/dialect.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import { createResultMemo } from '../../points/result-memo.ts';
import { addChunk, emptySeries, type Points } from '../../points/tally.ts';
import { bodyBytes, parseJson } from '../json-body.ts';
import { intervalPeriod } from '../object-fields.ts';
import { invalid, isObject, list, name, type Reader } from '../readers.ts';
import type { Account, Content, Stored } from '../stored-objects.ts';
import { type CutList, cutIntervals, numberOfCut } from './cut-intervals.ts';
import type { Period } from './interval-times.ts';
import { createIntervalsKeeper, ReportIntervals } from './report-intervals.ts';

/** Reads, keeps, writes and counts reports, whose intervals are handled as bytes: a report may have 2 MB of them. */
export interface Reports {
  readonly readResources: Reader;
  /** How their collection handles them. */
  readonly rules: {
    /** The JSON of a request, with a `CutList` in the place of each list of intervals. */
    body(call: Call): unknown;
    readonly account: Account;
    stringify(report: Content): string;
    readonly forgettable: true;
  };
  /** All points of the reports that are stored. */
  total(): number;
  /** The points of reports by VEN, resource and kind. Nothing takes the place of anything here: all reports stay. */
  points(reports: Iterable<Stored>): Iterable<HeldPoints>;
}

interface ResourceOfReport {
  readonly resourceName: string;
  readonly intervalPeriod?: Period;
  readonly intervals: ReportIntervals;
}

export function createReports(switches: SimulatorSwitches): Reports {
  const keeper = createIntervalsKeeper(switches);
  // Read and kept once, since a year of hourly reports has the same names and times over and over.
  const names = createResultMemo<string>();
  const periods = createResultMemo<Period>();
  const nameOf = ({ resourceName }: Content, at: string) => {
    const read = name(resourceName, `${at}.resourceName`);
    return names.of(read, () => read);
  };
  const periodOf = ({ intervalPeriod: given }: Content, at: string) => {
    if (given === undefined || given === null) return undefined;
    return periods.of(JSON.stringify(given), () => intervalPeriod(given, `${at}.intervalPeriod`));
  };
  let total = 0;
  return {
    readResources: list((value, at) => {
      const given = isObject(value) ? value : invalid(at, 'expected an object');
      const resourceName = nameOf(given, at);
      const intervalPeriod = periodOf(given, at);
      const intervals = keeper.read(given.intervals, intervalPeriod, `${at}.intervals`);
      return { resourceName, ...(intervalPeriod && { intervalPeriod }), intervals };
    }),
    rules: {
      body(call) {
        const { rest, lists } = cutIntervals(bodyBytes(call, switches), keeper.isKnown);
        return withLists(parseJson(rest), lists);
      },
      account: {
        add(report) {
          for (const { intervals } of resourcesOf(report)) keeper.hold(intervals);
          total += pointsIn(report);
        },
        remove(report) {
          for (const { intervals } of resourcesOf(report)) keeper.release(intervals);
          total -= pointsIn(report);
        },
      },
      stringify: (report) => writeReport(report, keeper.write),
      forgettable: true,
    },
    total: () => total,
    points: (reports) => pointsByResource(reports, keeper.points),
  };
}

function withLists(report: unknown, lists: readonly CutList[]): unknown {
  if (!isObject(report) || !Array.isArray(report.resources)) return report;
  for (const resource of report.resources) {
    const cut = isObject(resource) ? numberOfCut(resource.intervals) : undefined;
    if (cut !== undefined) resource.intervals = lists[cut];
  }
  return report;
}

function resourcesOf(report: Content): readonly ResourceOfReport[] {
  return report.resources as readonly ResourceOfReport[];
}

function pointsIn(report: Content): number {
  let sum = 0;
  for (const { intervals } of resourcesOf(report)) {
    for (const { chunk } of intervals.told.counts) sum += chunk.fresh.count + chunk.again.count;
  }
  return sum;
}

/** No text that the VTN takes has a NUL. */
const place = '\0';

function writeReport(report: Content, write: (intervals: ReportIntervals) => string): string {
  const texts: string[] = [];
  const json = JSON.stringify(report, (_, value) => {
    if (!(value instanceof ReportIntervals)) return value;
    texts.push(write(value));
    return place;
  });
  const rest = json.split(JSON.stringify(place));
  return rest.map((part, n) => part + (texts[n] ?? '')).join('');
}

function pointsByResource(
  reports: Iterable<Stored>,
  pointsOf: (intervals: ReportIntervals, kind: string) => Points | undefined,
): Iterable<HeldPoints> {
  const held = new Map<string, HeldPoints>();
  for (const { content } of reports) {
    const ven = content.clientName as string;
    for (const { resourceName: resource, intervals } of resourcesOf(content)) {
      for (const { kind, chunk } of intervals.told.counts) {
        const key = [ven, resource, kind].join('\0');
        const known = held.get(key);
        const one = known ?? { resource, externalId: undefined, ven, kind, series: emptySeries() };
        if (!known) held.set(key, one);
        addChunk(one.series, chunk, () => pointsOf(intervals, kind));
      }
    }
  }
  return held.values();
}
