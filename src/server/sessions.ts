import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';

/** Who has logged in. In memory: they log in again when the process has begun anew. */
export interface Sessions {
  /** The id of a new session. */
  begin(): string;
  has(id: string | undefined): boolean;
  end(id: string | undefined): void;
}

/** Seconds that a session lasts, however much it is used. */
export const sessionSeconds = 12 * 3600;
/** More than so many at a time: the oldest ends. */
const mostSessions = 1_000;

export function createSessions(clock: Clock): Sessions {
  const endings = new Map<string, number>();
  return {
    begin() {
      const id = randomBytes(32).toString('base64url');
      const [oldest] = endings.keys();
      if (endings.size >= mostSessions && oldest !== undefined) endings.delete(oldest);
      endings.set(id, clock.monotonic() + sessionSeconds * 1000);
      return id;
    },
    has(id) {
      const ending = id === undefined ? undefined : endings.get(id);
      if (ending === undefined) return false;
      if (clock.monotonic() < ending) return true;
      endings.delete(id as string);
      return false;
    },
    end(id) {
      if (id !== undefined) endings.delete(id);
    },
  };
}
