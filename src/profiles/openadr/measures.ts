import { type Measure, measures } from '../metering-profile.ts';

/** In which unit each is told, and as what kind of reading (enumerations of the OpenADR 3 Definition). */
const described: Readonly<Record<Measure, { readonly readingType: string; readonly units: string }>> = {
  // Computed from the mean power of the interval.
  USAGE: { readingType: 'DIRECT_READ', units: 'KWH' },
  // The power as the meter gives it.
  READING: { readingType: 'DIRECT_READ', units: 'KW' },
  DEMAND: { readingType: 'MEAN', units: 'KW' },
};

/** What reports tell of a reading: each once, always in the same order; `USAGE` where nothing is chosen. */
export function chosenMeasures(wanted: readonly Measure[] = []): readonly Measure[] {
  const chosen = measures.filter((measure) => wanted.includes(measure));
  return chosen.length > 0 ? chosen : ['USAGE'];
}

/**
 * What is told of a negative power: `READING` alone, chosen or not, as `USAGE` and `DEMAND` must not be below zero
 * (report-payloads.schema.yaml of OpenADR 3.1); a zero in its place would be untrue.
 */
export const measuresOfNegative: readonly Measure[] = ['READING'];

/** All that may stand in a report. */
export function possibleMeasures(chosen: readonly Measure[]): readonly Measure[] {
  return measures.filter((measure) => chosen.includes(measure) || measuresOfNegative.includes(measure));
}

/** The reportPayloadDescriptor of each. */
export function payloadDescriptors(of: readonly Measure[]): object[] {
  return of.map((payloadType) => ({
    objectType: 'REPORT_PAYLOAD_DESCRIPTOR',
    payloadType,
    ...described[payloadType],
  }));
}

/**
 * Asks for a report of each whenever the VEN sees fit (`frequency` 0), again and again, with intervals of the VEN's own:
 * the fields of a reportDescriptor that both versions have (User Guide, 7.5, on ad hoc reports).
 */
export function adHocDescriptors(of: readonly Measure[]): object[] {
  return of.map((payloadType) => ({
    payloadType,
    ...described[payloadType],
    frequency: 0,
    repeat: -1,
  }));
}
