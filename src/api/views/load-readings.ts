import { VenfleetError } from '../../core/errors.ts';
import { endMsOf, readingsWithin } from '../../fleet/readings.ts';
import { openMeterFile } from '../../metering/sources/open-meter-file.ts';
import { isMeterFile } from '../../metering/sources/open-readings.ts';
import { openReadingsText } from '../../metering/sources/open-readings-text.ts';
import type { SeenLoadDetails } from '../../store/fleet-views.ts';
import type { ViewedReadings } from './fleet-views.ts';
import { meanReadings } from './mean-readings.ts';

export interface ReadingsWish {
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly points: number;
}

/** What a meter file has of a load; where it has nothing, or cannot be read, why. */
export async function readingsOfLoad(
  load: Pick<SeenLoadDetails, 'meterId' | 'component' | 'reports'>,
  meterData: string | undefined,
  { fromMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, points }: ReadingsWish,
): Promise<ViewedReadings> {
  const reported = load.reports.flatMap((one) => one.untilMs ?? []);
  const about = { unit: 'W', reportedUntilMs: reported.length > 0 ? Math.max(...reported) : null } as const;
  const none = (problem: string): ViewedReadings => ({
    ...{ ...about, points: [], stepMs: null, fromMs: null, untilMs: null, problem },
  });
  if (meterData === undefined) return none('No meter file is named.');
  const read = await readSeries(meterData, load);
  if (!read.ok) return none(`${meterData}: ${read.problem}.`);
  const { readings } = read;
  const last = readings.startsMs.length - 1;
  if (last < 0) return none(`${meterData}: the series is empty.`);
  return {
    ...about,
    ...meanReadings(readingsWithin(readings, { fromMs, untilMs }), points),
    fromMs: readings.startsMs[0] as number,
    untilMs: endMsOf(readings, last),
    problem: null,
  };
}

/** Opened anew each time: others write to it meanwhile. */
async function readSeries(
  path: string,
  { meterId, component }: Pick<SeenLoadDetails, 'meterId' | 'component'>,
) {
  try {
    const source = (await isMeterFile(path))
      ? await openMeterFile(path)
      : await openReadingsText(path, { onlyMeter: meterId });
    try {
      return await source.read({ meterId, component });
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof VenfleetError) || error.code !== 'METER_FILE') throw error;
    return { ok: false, problem: String(error.details.problem) } as const;
  }
}
