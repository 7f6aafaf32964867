import { hasMovingLine, type LiveLine, liveLine } from './live-line.ts';
import { type SteadyLines, steadyLines } from './steady-lines.ts';
import { count, some } from './text.ts';

/**
 * Shows how the listing of a VTN goes on: `heading` when it begins; then, on a terminal, a line that counts resources,
 * and to a pipe such a line now and then. With `json` a terminal gets the moving line alone.
 */
export function createListing({ json, heading }: { json: boolean; heading: () => string }) {
  let line: LiveLine | undefined;
  let steady: SteadyLines | undefined;
  let listed: number | undefined;
  const text = () => `Listing the VTN: ${count(listed ?? 0)} resources`;
  const stop = () => {
    line?.stop(false);
    steady?.stop();
  };
  return {
    onListing(resources: number): void {
      if (listed === undefined && !json) process.stdout.write(`${heading()}\n`);
      listed = resources;
      if (hasMovingLine(json)) line ??= liveLine(process.stderr, text);
      else if (!json) steady ??= steadyLines((said) => process.stdout.write(`${said}\n`), text);
    },
    stop,
    /** Says what it came to until it was interrupted. */
    interrupted(): void {
      stop();
      const reached =
        listed === undefined ? 'before the VTN was asked' : `with ${some(listed, 'resource')} listed`;
      process.stderr.write(`venfleet: interrupted ${reached}; nothing was changed\n`);
    },
  };
}
