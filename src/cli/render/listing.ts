import type { AskedWait } from '../../api/connect-vtn.ts';
import { hasMovingLine, type LiveLine, liveLine, sayPlainly } from './live-line.ts';
import { print, tell } from './output.ts';
import { type SteadyLines, steadyLines } from './steady-lines.ts';
import { count, some } from './text.ts';
import { createWaitLines, createWaitNote, waitText } from './waits.ts';

/**
 * Shows how the listing of a VTN goes on: `heading` when it begins; then, on a terminal, a line that counts resources,
 * and to a pipe such a line now and then. With `json` a terminal gets the moving line alone.
 */
export function createListing({ json, heading }: { json: boolean; heading: () => string }) {
  let line: LiveLine | undefined;
  let steady: SteadyLines | undefined;
  let listed: number | undefined;
  const note = createWaitNote();
  const tellPipe = createWaitLines((said) => {
    print(said);
    steady?.wrote();
  });
  const text = () => {
    const waiting = note.text();
    return `Listing the VTN: ${count(listed ?? 0)} resources${waiting === undefined ? '' : `; ${waiting}`}`;
  };
  const stop = () => {
    line?.stop(false);
    steady?.stop();
  };
  return {
    onListing(resources: number): void {
      if (listed === undefined && !json) print(heading());
      listed = resources;
      if (hasMovingLine(json)) line ??= liveLine(process.stderr, text);
      else if (!json) steady ??= steadyLines(print, text);
    },
    onAskedToWait(wait: AskedWait): void {
      note.begin(wait);
      if (!hasMovingLine(json)) {
        if (!json) tellPipe(wait);
      } else if (!line) sayPlainly(waitText(wait));
    },
    stop,
    /** Says what it came to until it was interrupted, and what did not. */
    interrupted(untouched = 'nothing was changed'): void {
      stop();
      const reached =
        listed === undefined ? 'before the VTN was listed' : `with ${some(listed, 'resource')} listed`;
      tell(`venfleet: interrupted ${reached}; ${untouched}`);
    },
  };
}
