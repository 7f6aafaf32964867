import { hasMovingLine, type LiveLine, liveLine } from './live-line.ts';
import { count } from './text.ts';

/**
 * Shows how the listing of a VTN goes on: `heading` when it begins, then, on a terminal, a line that counts
 * resources; `quiet`: neither.
 */
export function createListing({ quiet, heading }: { quiet: boolean; heading: () => string }) {
  let line: LiveLine | undefined;
  let listed: number | undefined;
  return {
    onListing(resources: number): void {
      if (quiet) return;
      if (listed === undefined) process.stdout.write(`${heading()}\n`);
      listed = resources;
      if (hasMovingLine())
        line ??= liveLine(process.stderr, () => `Listing the VTN: ${count(listed ?? 0)} resources`);
    },
    stop(): void {
      line?.stop(false);
    },
  };
}
