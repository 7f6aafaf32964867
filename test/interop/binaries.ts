import { readFile } from 'node:fs/promises';
import { findExecutables, isExecutable, pathFolders } from './processes.ts';

/** The generation of OpenADR 3 that a VTN speaks. */
export type Generation = '3.0' | '3.1';

export const generations: readonly Generation[] = ['3.0', '3.1'];

export interface Binary {
  readonly file: string;
  readonly generation: Generation;
  /** OpenLEADR's own version, or "unknown version". */
  readonly version: string;
}

const program = 'openleadr-vtn';
const variables = { '3.0': 'TEST_VENFLEET_OPENLEADR_30', '3.1': 'TEST_VENFLEET_OPENLEADR_31' } as const;

/**
 * Finds OpenLEADR of one generation: named by its variable, else the first on PATH that is of this generation.
 * Returns the reason where there is none. Throws where the variable names something else: a slip, not an absence.
 */
export async function findOpenLeadr(generation: Generation): Promise<Binary | string> {
  const variable = variables[generation];
  const named = process.env[variable];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`${variable} names ${named}, which is no program.`);
    const binary = await inspect(named);
    if (binary.generation === generation) return binary;
    throw new Error(`${variable} names OpenLEADR ${binary.version}, which speaks ${binary.generation}.`);
  }
  for (const file of findExecutables(program, pathFolders())) {
    const binary = await inspect(file);
    if (binary.generation === generation) return binary;
  }
  return `no OpenLEADR VTN for OpenADR ${generation}: ${variable} is not set, and no such ${program} is on PATH`;
}

/**
 * Reads generation and version out of the program itself, since it has no --version: the one from the name of
 * a request that only 3.1 has, the other from the paths of its source files, which cargo leaves in it.
 */
async function inspect(file: string): Promise<Binary> {
  const content = await readFile(file);
  const at = content.indexOf(`${program}-0.`);
  const path = at === -1 ? '' : content.toString('latin1', at, at + 40);
  return {
    file,
    generation: content.includes('BL_RESOURCE_REQUEST') ? '3.1' : '3.0',
    version: /^openleadr-vtn-(\d+\.\d+\.\d+)/.exec(path)?.[1] ?? 'unknown version',
  };
}
