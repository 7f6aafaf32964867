/** How far a command is, whatever it works through. */
export interface Progress {
  /** Things to do; at least one. */
  readonly total: number;
  /** Those that came to an end, failed ones included. */
  readonly done: number;
  readonly failed: number;
  /** What is being done, as far as it is known: `VEN 3/287`. */
  readonly phase: string;
}
