/* What properties are tried with: fewer cases in `npm test`, which has to end within minutes, than in `npm run test:all`. */
import fc from 'fast-check';
import { triesAll } from './in-turn.ts';

/** How many cases of so many are tried; others with each run. */
export function casesOf(all: number): number {
  return triesAll ? all : Math.min(all, Math.max(20, Math.ceil(all / 5)));
}

/** Any character but halves of one: what `unit: 'binary'` means, which takes a second to begin. */
export const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0xff }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((code) => String.fromCodePoint(code));
