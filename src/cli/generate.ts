import {
  type GeneratedFleet,
  type GenerateFleetOptions,
  generateFleet,
  holdsFleet,
} from '../api/generate-fleet.ts';
import { checkNewFile } from '../api/generate-meter-data.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { tellOfWaiting } from './lease.ts';
import { makeMeterData, meterDataSentence, meterFileToMake } from './meter-data.ts';
import { print, printJson, tell } from './render/output.ts';
import { duration, some } from './render/text.ts';

const generateOptions = [
  'db',
  'resources',
  'vens',
  'seed',
  'meterData',
  'meterHours',
  'force',
  'wait',
  'json',
] as const;
type GenerateContext = CommandContext<(typeof generateOptions)[number]>;

export const generate: CommandDefinition<(typeof generateOptions)[number]> = {
  name: 'generate',
  description:
    'The reference fleet: 287 VENs, 19,402 sites, 116,412 loads. The same sizes and ' +
    'seed give the same fleet. It is stored whole or not at all.\n\n' +
    'With --meter-data also a meter file: hourly readings of each component of the ' +
    "fleet's meters, written whole or not at all. Where the database holds a fleet\n" +
    'and no size is given, that fleet stays, and the file alone is made.',
  options: generateOptions,
  examples: [
    'venfleet generate',
    'venfleet generate --db small.db --resources 50 --vens 3',
    'venfleet generate --meter-data config/examplemeterdata/load_data.h5',
    'venfleet generate --seed 7 --force',
  ],
  async run(context) {
    const { db, seed, force, json, meterHours: hours } = context.values;
    const { signal, log } = context;
    const path = meterFileToMake(context.values.meterData, context.sourceOf('meterData'));
    // Not only after a fleet was made.
    if (path !== undefined) checkNewFile(path, force);
    const say = (line: string) => json || print(line);
    const result: object[] = [{ db }];
    if (path === undefined || asksForFleet(context) || !(await holdsFleet(db))) {
      const made = await makeFleet(fleetOptions(context));
      if (!made) return 130;
      say(madeSentence(db, made));
      result.push(made);
    }
    if (path !== undefined) {
      const file = { path, dbPath: db, hours, seed, replace: force, signal, log };
      const made = await makeMeterData(file, json);
      if (!made) return 130;
      say(meterDataSentence(path, made));
      result.push({ meterData: { path, ...made } });
    }
    if (json) printJson(Object.assign({}, ...result));
    return 0;
  },
};

/** Whether a fleet is to be made, whatever the database holds: where it holds one, that is refused without --force. */
function asksForFleet({ values, sourceOf }: GenerateContext): boolean {
  return values.force || sourceOf('resources') === 'flag' || sourceOf('vens') === 'flag';
}

function fleetOptions({ values, sourceOf, signal, log }: GenerateContext): GenerateFleetOptions {
  const { db, resources, seed, force, wait } = values;
  const vens = sourceOf('vens') === 'default' ? undefined : values.vens;
  return { dbPath: db, resources, vens, seed, replace: force, wait, signal, log };
}

/** Generates a fleet. Where it is interrupted it says so, and returns undefined. */
export async function makeFleet(options: GenerateFleetOptions): Promise<GeneratedFleet | undefined> {
  try {
    return await generateFleet({ ...options, onWaiting: tellOfWaiting });
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    tell('venfleet: interrupted; nothing was stored');
    return undefined;
  }
}

/** What was made, for a person. */
export function madeSentence(db: string, { vens, resources, loads, elapsedSeconds }: GeneratedFleet): string {
  return `Generated ${some(vens, 'VEN')}, ${some(resources, 'site')} and ${some(loads, 'load')} in ${db} (${duration(elapsedSeconds)}).`;
}
