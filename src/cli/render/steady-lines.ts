/** Whoever reads a pipe hears something at least this often, in milliseconds. */
const everyMs = 4_000;

/** Writes a line whenever nothing was written for a while. */
export interface SteadyLines {
  /** Something was written. */
  wrote(): void;
  stop(): void;
}

/** `text` gives the line; undefined: there is nothing to tell yet. */
export function steadyLines(write: (line: string) => void, text: () => string | undefined): SteadyLines {
  let writtenAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - writtenAt < everyMs) return;
    const line = text();
    if (line === undefined) return;
    writtenAt = now;
    write(line);
  }, 500).unref();
  return {
    wrote() {
      writtenAt = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
