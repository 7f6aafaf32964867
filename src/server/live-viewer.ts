import type { ServerResponse } from 'node:http';

export type Kind = 'overview' | 'matrix' | 'events';
export const kinds: readonly Kind[] = ['overview', 'matrix', 'events'];

/** Somebody who looks, behind a connection that may be slow. */
export interface LiveViewer {
  /** There is a new message of this kind, of which `latest` has all and `change` what is new. */
  tell(kind: Kind, change: Buffer): void;
  /** Sends what is still to be sent, if the connection takes it. */
  flush(): void;
  /** Every now and then, so that whatever stands between keeps the connection. Ends it where nothing was read for long. */
  beat(): void;
  end(): void;
}

/** Beats in a row at which a connection takes nothing. */
const mostBlockedBeats = 4;
const heartbeat = Buffer.from(':\n\n');

/**
 * Sends messages to one connection as fast as it takes them. What it does not take at once is not kept: later it gets the latest of
 * each kind, whole.
 */
export function createLiveViewer(
  response: ServerResponse,
  latest: (kind: Kind) => Buffer | undefined,
): LiveViewer {
  let isBlocked = false;
  let blockedBeats = 0;
  const behind = new Set<Kind>(kinds);

  function write(message: Buffer): void {
    isBlocked = !response.write(message);
  }
  function flush(): void {
    for (const kind of kinds) {
      if (isBlocked) return;
      const message = behind.has(kind) ? latest(kind) : undefined;
      if (!message) continue;
      behind.delete(kind);
      write(message);
    }
  }
  response.on('drain', () => {
    isBlocked = false;
    blockedBeats = 0;
    flush();
  });
  return {
    tell(kind, change) {
      if (isBlocked || behind.has(kind)) behind.add(kind);
      else write(change);
    },
    flush,
    beat() {
      if (!isBlocked) return write(heartbeat);
      blockedBeats++;
      if (blockedBeats >= mostBlockedBeats) response.destroy();
    },
    end() {
      // The connection too: nothing else is to come on it.
      response.end(() => response.socket?.destroy());
    },
  };
}
