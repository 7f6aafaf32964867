/**
 * What the real servers said to the script, shortened to a status and a hash for each of its steps, so that the
 * simulator is held to it where there is no OpenLEADR. `node test/contract/answers.ts` asks them anew and writes
 * the files; needed when the script changes, or for a newer OpenLEADR.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Generation, openLeadrs } from '../interop/openleadr.ts';
import { replay, type Said, type Step } from './replay.ts';
import { script } from './script.ts';

const fileOf = (generation: Generation) => join(import.meta.dirname, `answers-${generation}.txt`);

/** One line for each step of the script. */
export function recordedAnswers(generation: Generation): string[] {
  return readFileSync(fileOf(generation), 'utf8').trim().split('\n');
}

/** An answer as the files hold it. */
export function shortened(step: Step, said: Said): string {
  const hash = (value: unknown) => createHash('sha256').update(canonical(value)).digest('base64url');
  // The step is part of it, so that a changed script is noticed as what it is.
  return `${said.status} ${hash(step).slice(0, 4)} ${hash(said).slice(0, 8)}`;
}

/** JSON with the properties of each object in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

if (import.meta.main) {
  for (const candidate of await openLeadrs()) {
    if (candidate.skip !== false) throw new Error(candidate.skip);
    const vtn = await candidate.start();
    try {
      const steps = script(candidate.generation);
      const said = await replay(vtn, steps);
      const lines = said.map((one, index) => shortened(steps[index] as Step, one));
      writeFileSync(fileOf(candidate.generation), `${lines.join('\n')}\n`);
      console.log(`${candidate.title}: ${lines.length} answers`);
    } finally {
      await vtn.stop();
    }
  }
}
