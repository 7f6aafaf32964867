import { endMsOf, type Readings } from '../../fleet/readings.ts';
import { kilo } from '../kilo.ts';
import type { EncodedReadings, Measure } from '../metering-profile.ts';
import {
  longestNumber,
  longestUtc,
  scratchBytes,
  utcText,
  utf8,
  writeBytes,
  writeText,
  writeUtc,
} from '../write-text.ts';
import { durationText } from './duration-text.ts';
import { measuresOfNegative } from './measures.ts';

const hourMs = 3_600_000;

/** How one interval's payloads are written: what comes before each number, and which number it is. */
type Payloads = readonly { readonly before: Uint8Array; readonly isEnergy: boolean }[];

const firstInterval = utf8('{"id":');
const nextInterval = utf8(']}]},{"id":');
const beforePeriod = utf8(',"intervalPeriod":{"start":"');
const beforeDuration = utf8('","duration":"');
const afterPeriod = utf8('"}');
const end = utf8(']}]}]');

/** The longest duration: that of a step longer than all time. */
const longestDuration = 32;

/**
 * Makes a function that tells readings as OpenADR does: the fields `intervalPeriod` and `intervals` of a report's resource,
 * as JSON without braces.
 *
 * - Each reading is an interval; its id is its place, as reports without event intervals have ids of the VEN's own (User
 *   Guide, 7.5).
 * - Intervals follow one another from the resource's intervalPeriod on, and last as long as that says (User Guide, 7.3). One
 *   that does not, since there is a gap before it, or the next reading comes sooner, has an intervalPeriod of its own.
 * - `USAGE` is the mean power over the interval's real length, kWh; `READING` and `DEMAND` are kW.
 * - A negative power is told as `READING` alone (`measuresOfNegative`).
 */
export function readingsEncoder(measures: readonly Measure[]): (readings: Readings) => EncodedReadings {
  const positive = payloadsOf(measures);
  const negative = payloadsOf(measuresOfNegative);
  const longest = longestInterval(positive, negative);
  return (readings) => {
    const { startsMs, watts, stepMs } = readings;
    const points = startsMs.length;
    if (points === 0) return { bytes: utf8('"intervals":[]'), points };
    const step = durationText(stepMs);
    const head = `"intervalPeriod":{"start":"${utcText(startsMs[0] as number)}","duration":"${step}"},"intervals":[`;
    const into = scratchBytes(head.length + points * longest + end.length);
    let at = writeText(into, 0, head);
    let expectedMs = startsMs[0] as number;
    for (let n = 0; n < points; n++) {
      at = writeBytes(into, at, n === 0 ? firstInterval : nextInterval);
      at = writeText(into, at, `${n}`);
      const startMs = startsMs[n] as number;
      const endMs = endMsOf(readings, n);
      if (startMs !== expectedMs || endMs - startMs !== stepMs) {
        at = writeBytes(into, at, beforePeriod);
        at = writeUtc(into, at, startMs);
        at = writeBytes(into, at, beforeDuration);
        at = writeText(into, at, endMs - startMs === stepMs ? step : durationText(endMs - startMs));
        at = writeBytes(into, at, afterPeriod);
      }
      expectedMs = endMs;
      at = writePayloads(into, at, watts[n] as number, endMs - startMs, positive, negative);
    }
    at = writeBytes(into, at, end);
    return { bytes: into.slice(0, at), points };
  };
}

function writePayloads(
  into: Uint8Array,
  from: number,
  watts: number,
  ms: number,
  positive: Payloads,
  negative: Payloads,
): number {
  let at = from;
  for (const { before, isEnergy } of watts < 0 ? negative : positive) {
    at = writeBytes(into, at, before);
    at = writeText(into, at, `${kilo(watts, isEnergy ? ms / hourMs : 1)}`);
  }
  return at;
}

function payloadsOf(measures: readonly Measure[]): Payloads {
  return measures.map((measure, index) => ({
    before: utf8(`${index === 0 ? ',"payloads":[' : ']},'}{"type":"${measure}","values":[`),
    isEnergy: measure === 'USAGE',
  }));
}

/** Bytes of an interval at most. */
function longestInterval(...either: Payloads[]): number {
  const payloads = either.map((all) =>
    all.reduce((sum, { before }) => sum + before.length + longestNumber, 0),
  );
  const period =
    beforePeriod.length + longestUtc + beforeDuration.length + longestDuration + afterPeriod.length;
  return nextInterval.length + 10 + period + Math.max(...payloads);
}
