import type { RegistrationEvent } from '../../registration/registration-events.ts';

/** Shows how a registration goes. */
export interface Progress {
  onEvent(event: RegistrationEvent): void;
  /** Writes a line to standard error, above what moves. */
  say(line: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}
