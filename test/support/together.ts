/*
 * Most files of tests are carried out many to a process, one after the other: to load the program, and to warm it up, takes longer than
 * most of what they test. Each can be run by itself as well.
 */
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const tests = join(import.meta.dirname, '..');

/** Which folders share a process, and over how many such they are spread. */
export const groups: Readonly<Record<string, { folders: readonly string[]; parts: number }>> = {
  api: { folders: ['api', 'server'], parts: 1 },
  cli: { folders: ['cli', 'docs'], parts: 3 },
  events: { folders: ['events'], parts: 1 },
  integration: { folders: ['integration'], parts: 4 },
  protocol: { folders: ['contract', 'openadr', 'profiles'], parts: 1 },
  rooms: {
    folders: [
      'core',
      'delivery',
      'fleet',
      'metering',
      'monitoring',
      'reconciliation',
      'simulator',
      'soak',
      'web',
    ],
    parts: 1,
  },
  store: { folders: ['store'], parts: 1 },
};

/** What takes as long as a group by itself. */
export const alone = [
  'browser/page.test.ts',
  'crash/crash.test.ts',
  'docs/examples.test.ts',
  'package/pack.test.ts',
  'soak/soak.test.ts',
];

/** Has this process carry out the group, or the part of one, whose name its file has: `cli-2.ts` is the second part of `cli`. */
export async function together(file: string): Promise<void> {
  for (const test of filesOf(basename(file, '.ts'))) await import(join(tests, test));
}

/** The files of a group or part, below `test`. */
export function filesOf(name: string): string[] {
  const [group = '', part = '1'] = name.split('-');
  const { folders, parts } = groups[group]!;
  const patterns = folders.map((folder) => `${folder}/**/*.test.ts`);
  const files = globSync(patterns, { cwd: tests }).filter((path) => !alone.includes(path));
  return files.sort().filter((_, index) => index % parts === Number(part) - 1);
}
