import { existsSync } from 'node:fs';
import {
  type GeneratedMeterData,
  type GenerateMeterDataOptions,
  generateMeterData,
} from '../api/generate-meter-data.ts';
import type { OptionSource } from '../core/options.ts';
import { createBar } from './render/bar.ts';
import { hasMovingLine } from './render/live-line.ts';
import { tell } from './render/output.ts';
import { count, duration, some } from './render/text.ts';

/**
 * The meter file that `generate` is to make. In the configuration file or the environment the option names that of all
 * commands, which may hold real readings: there it is made only where there is none.
 */
export function meterFileToMake(
  path: string | undefined,
  source: OptionSource | undefined,
): string | undefined {
  return path !== undefined && (source === 'flag' || !existsSync(path)) ? path : undefined;
}

/** Makes a meter file, with a bar on a terminal. Where it is interrupted it says so, and returns undefined. */
export async function makeMeterData(
  options: GenerateMeterDataOptions,
  json: boolean,
): Promise<GeneratedMeterData | undefined> {
  const bar = hasMovingLine(json) ? createBar(process.stderr) : undefined;
  try {
    return await generateMeterData({
      ...options,
      ...(bar && { onProgress: (progress) => bar.show({ ...progress, failed: 0, phase: 'series' }) }),
    });
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    bar?.stop();
    tell('venfleet: interrupted; no meter file was made');
    return undefined;
  } finally {
    bar?.stop();
  }
}

/** What was made, for a person. */
export function meterDataSentence(path: string, made: GeneratedMeterData): string {
  const { meters, series, readings, loadsWithout, elapsedSeconds } = made;
  const without =
    loadsWithout === 0 ? '' : ` ${some(loadsWithout, 'load')} have no meter that a file can have.`;
  return (
    `Generated ${count(readings)} readings, in ${count(series)} series of ${some(meters, 'meter')}, ` +
    `in ${path} (${duration(elapsedSeconds)}).${without}`
  );
}
