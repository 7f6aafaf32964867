import { type GeneratedFleet, type GenerateFleetOptions, generateFleet } from '../api/generate-fleet.ts';
import type { CommandDefinition } from './command.ts';
import { tellOfWaiting } from './lease.ts';
import { print, printJson, tell } from './render/output.ts';
import { duration, some } from './render/text.ts';

const generateOptions = ['db', 'resources', 'vens', 'seed', 'force', 'wait', 'json'] as const;

export const generate: CommandDefinition<(typeof generateOptions)[number]> = {
  name: 'generate',
  description:
    'The reference fleet: 287 VENs, 19,402 sites, 116,412 loads. The same sizes and ' +
    'seed give the same fleet. It is stored whole or not at all.',
  options: generateOptions,
  examples: [
    'venfleet generate',
    'venfleet generate --db small.db --resources 50 --vens 3',
    'venfleet generate --seed 7 --force',
  ],
  async run({ values, sourceOf, signal, log }) {
    const { db, resources, seed, force, wait, json } = values;
    const vens = sourceOf('vens') === 'default' ? undefined : values.vens;
    const made = await makeFleet({ dbPath: db, resources, vens, seed, replace: force, wait, signal, log });
    if (!made) return 130;
    if (json) printJson({ db, ...made });
    else print(madeSentence(db, made));
    return 0;
  },
};

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
