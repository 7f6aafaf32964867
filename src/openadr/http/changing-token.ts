import { type Clock, systemClock } from '../../core/clock.ts';
import { checkToken } from './http.ts';
import type { TokenSource } from './transport.ts';

/** How often a token that others may change is looked at, in milliseconds. */
const lookEveryMs = 1_000;

/**
 * A token that somebody else renews, such as one in a file: `read` gives it as it is now. It is looked at once a second
 * at most while requests are sent, and whenever the VTN refuses it. Where it cannot be read any more, as while it is being
 * replaced, the last one serves. Throws what `read` throws the first time, and TOKEN_INVALID.
 */
export function changingToken(read: () => string, clock: Clock = systemClock): TokenSource {
  let token = checked(read());
  let lookedAt = clock.monotonic();
  const look = () => {
    lookedAt = clock.monotonic();
    try {
      token = checked(read());
    } catch {
      // Its writer may be half done.
    }
  };
  return {
    token() {
      if (clock.monotonic() - lookedAt >= lookEveryMs) look();
      return token;
    },
    refused(refused) {
      look();
      return Promise.resolve(token === refused ? undefined : token);
    },
  };
}

function checked(token: string): string {
  checkToken(token);
  return token;
}
