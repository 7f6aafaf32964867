import { describeError } from '../../core/errors.ts';
import type { AskedReport, EventPayload } from '../../fleet/grid-event.ts';
import type { Readings, TimeSpan } from '../../fleet/readings.ts';
import type { ReportedResource } from '../../profiles/events-profile.ts';
import { kilo } from '../../profiles/kilo.ts';
import type { DueReport } from '../report-schedule/report-schedule.ts';
import { unitsPerKw, unitsPerKwh } from '../setpoints/units.ts';
import type { Asking } from './askings.ts';
import { isWhole, meanOf, powerWithin } from './mean-power.ts';
import { aggregatedReport, descriptorOf, type ReportInHand, type ReportMaker } from './report-maker.ts';

/** Where the readings of loads' meters come from. */
export interface MeteredReadings {
  /**
   * The sound readings of these loads of a VEN, by load id, at least those whose intervals touch these spans; loads of which there are
   * none are left out. Loads that share a series share one object. Throws where nothing can be read at all.
   */
  readingsOf(
    venName: string,
    loadIds: readonly string[],
    spans: readonly TimeSpan[],
  ): Promise<ReadonlyMap<string, Readings>>;
}

/** How each kind of report is told, where the event does not say. */
const kinds: Readonly<
  Record<string, { readingType: string; units: string; perKilo(units: string): number | undefined }>
> = {
  USAGE: { readingType: 'DIRECT_READ', units: 'KWH', perKilo: unitsPerKwh },
  DEMAND: { readingType: 'MEAN', units: 'KW', perKilo: unitsPerKw },
  READING: { readingType: 'DIRECT_READ', units: 'KW', perKilo: unitsPerKw },
};

/** Payload types of reports that tell what was metered. */
export const meteredTypes: readonly string[] = Object.keys(kinds);

/** Kinds of readings that can be made of mean powers. */
const readingTypes = ['DIRECT_READ', 'MEAN', 'AVERAGE', 'SUMMED'];

/** How long readings may be late before a report is sent without them, milliseconds. */
const patienceMs = 900_000;
const hourMs = 3_600_000;

/**
 * Makes reports of readings: the energy of intervals (`USAGE`, kWh), or the mean power (`DEMAND`, `READING`; kW), as the metering reports do.
 * An interval that is not wholly metered is left out; a negative power is told as `READING`, since the others must not be below zero.
 * Readings that have not come yet are waited for, for a while. Undefined: there are no meter data.
 */
export function meteredReports(metered: MeteredReadings | undefined): ReportMaker {
  return {
    whyNot: (asked) => (metered ? whyNot(asked) : 'no meter data are given (--meter-data)'),
    prepare(inHand) {
      const { asking, report, plan, nowMs } = inHand;
      const isPatient = nowMs < report.dueMs + patienceMs;
      const telling = tellingOf(inHand);
      return async (loads) => {
        const all = loads.map((number) => plan.load(number));
        const ids = all.map(({ loadId }) => loadId);
        let readings: ReadonlyMap<string, Readings>;
        try {
          readings = (await metered?.readingsOf(all[0]?.venName ?? '', ids, report.spans)) ?? new Map();
        } catch (error) {
          return describeError(error);
        }
        const named = all.map((load) => [load.resourceName(), readings.get(load.loadId)] as const);
        const made = asking.asked.aggregate
          ? telling.together(named.map(([, one]) => one))
          : telling.each(named);
        if (made.incomplete > 0 && isPatient) return 'not all of its readings have come yet';
        if (made.resources.length === 0) return 'there are no readings of its time';
        return { ...made, descriptors: descriptorsOf(asking.asked, made.resources) };
      };
    },
  };
}

function whyNot({ payloadType, readingType, units, historical }: AskedReport): string | undefined {
  if (!historical) return 'it asks for a forecast, and meter data tell what has been';
  if (readingType !== null && !readingTypes.includes(readingType))
    return `readings of type ${readingType} cannot be made of mean powers`;
  if (units !== null && kindOf(payloadType).perKilo(units) === undefined)
    return `its units, ${units}, are not known for ${payloadType}`;
  return undefined;
}

const kindOf = (payloadType: string) => kinds[payloadType] as (typeof kinds)[string];

type Intervals = ReportedResource['intervals'];

/** How a report tells readings. */
interface Telling {
  /** Each load by itself: by the name of its resource. */
  each(loads: readonly (readonly [string, Readings | undefined])[]): Told;
  /** All together: their sum in intervals that are metered of all of them. */
  together(loads: readonly (Readings | undefined)[]): Told;
}

interface Told {
  readonly resources: readonly ReportedResource[];
  readonly incomplete: number;
}

function tellingOf({ asking, report }: ReportInHand): Telling {
  const { schedule } = asking;
  const spans = spansOf(asking, report);
  const payloadsOf = payloadsFor(asking.asked);
  /** Of loads that share a series, once. */
  const known = new Map<Readings, { readonly intervals: Intervals; readonly isComplete: boolean }>();
  const tell = (readings: Readings) => {
    let isComplete = true;
    const intervals = spans.flatMap(({ id, span }) => {
      const parts = powerWithin(readings, span);
      const isTold = isWhole(parts, span);
      isComplete &&= isTold;
      if (schedule.ids === 'same')
        return isTold ? [{ id, span, payloads: payloadsOf(meanOf(parts), span) }] : [];
      return parts.map(({ watts, ...part }) => ({ id, span: part, payloads: payloadsOf(watts, part) }));
    });
    return { intervals: numbered(intervals, asking), isComplete };
  };
  return {
    each(loads) {
      let incomplete = 0;
      const resources = loads.flatMap(([resourceName, readings]): ReportedResource[] => {
        const told = readings && (known.get(readings) ?? tell(readings));
        if (readings && told) known.set(readings, told);
        if (!told?.isComplete) incomplete++;
        return told && told.intervals.length > 0 ? [{ resourceName, intervals: told.intervals }] : [];
      });
      return { resources, incomplete };
    },
    together(loads) {
      const missing = new Set<number>();
      const intervals = spans.flatMap(({ id, span }) => {
        const parts = loads.map((readings) => (readings ? powerWithin(readings, span) : []));
        const without = [...parts.keys()].filter((n) => !isWhole(parts[n] ?? [], span));
        for (const n of without) missing.add(n);
        if (without.length > 0) return [];
        const watts = parts.reduce((sum, one) => sum + meanOf(one), 0);
        return [{ id, span, payloads: payloadsOf(watts, span) }];
      });
      const told = [{ resourceName: aggregatedReport, intervals: numbered(intervals, asking) }];
      return { resources: intervals.length > 0 ? told : [], incomplete: missing.size };
    },
  };
}

/** The stretches that are told: the event's intervals, or, where the VEN has its own, what they cover. */
function spansOf({ schedule, asked }: Asking, { intervals, spans }: DueReport) {
  if (schedule.ids === 'own' && !asked.aggregate) return spans.map((span) => ({ id: 0, span }));
  return intervals.map(({ id, startMs, endMs }) => ({ id, span: { fromMs: startMs, untilMs: endMs } }));
}

/** Where the VEN numbers intervals itself, it counts them. */
function numbered(intervals: Intervals, { schedule }: Asking): Intervals {
  return schedule.ids === 'own' ? intervals.map((one, id) => ({ ...one, id })) : intervals;
}

function payloadsFor(asked: AskedReport): (watts: number, span: TimeSpan) => EventPayload[] {
  const { units, perKilo } = kindOf(asked.payloadType);
  const per = perKilo(asked.units ?? units) ?? 1;
  return (watts, { fromMs, untilMs }) => {
    const { payloadType: type } = asked;
    if (watts < 0 && type !== 'READING') return [{ type: 'READING', values: [kilo(watts)] }];
    const value = kilo(watts, type === 'USAGE' ? (untilMs - fromMs) / hourMs : 1) * per;
    // Not 21.000000000000004.
    return [{ type, values: [Number(value.toPrecision(15))] }];
  };
}

function descriptorsOf(asked: AskedReport, resources: readonly ReportedResource[]) {
  const own = descriptorOf(asked, kindOf(asked.payloadType));
  const isOther = resources.some(({ intervals }) =>
    intervals.some(({ payloads }) => payloads[0]?.type !== asked.payloadType),
  );
  const reading = { ...asked, payloadType: 'READING', readingType: null, units: null };
  return isOther ? [own, descriptorOf(reading, kindOf('READING'))] : [own];
}
