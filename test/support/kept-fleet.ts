import type { TestContext } from 'node:test';
import {
  type FleetKeeper,
  type FleetKeeperOptions,
  type KeeperNote,
  type PartName,
  withFleetKeeper,
} from '../../src/api/with-fleet-keeper.ts';

export interface Kept {
  readonly keeper: FleetKeeper;
  readonly notes: readonly KeeperNote[];
  /** Waits for a note. */
  until(isIt: (note: KeeperNote) => boolean): Promise<KeeperNote>;
  untilPart(name: PartName, state: string): Promise<KeeperNote>;
  /** Stops it; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Keeps a fleet until the test is over. */
export async function keep(t: TestContext, options: FleetKeeperOptions): Promise<Kept> {
  const end = new AbortController();
  const notes: KeeperNote[] = [];
  const waiting = new Set<() => void>();
  const onNote = (note: KeeperNote) => {
    notes.push(note);
    for (const look of waiting) look();
  };
  const begun = Promise.withResolvers<FleetKeeper>();
  const ended = withFleetKeeper(
    { bearerToken: 'x', ...options, onNote, signal: end.signal },
    async (keeper) => {
      begun.resolve(keeper);
      await keeper.run();
    },
  );
  ended.catch(begun.reject);
  const stop = () => {
    end.abort();
    return ended;
  };
  t.after(() => stop().catch(() => undefined));
  const keeper = await begun.promise;
  let seen = 0;
  const until: Kept['until'] = (isIt) =>
    new Promise((resolve) => {
      const look = () => {
        for (; seen < notes.length; seen++) {
          const note = notes[seen] as KeeperNote;
          if (!isIt(note)) continue;
          seen++;
          waiting.delete(look);
          return resolve(note);
        }
      };
      waiting.add(look);
      look();
    });
  const untilPart: Kept['untilPart'] = (name, state) =>
    until((note) => note.type === 'part' && note.part.name === name && note.part.state === state);
  return { keeper, notes, until, untilPart, stop };
}

export const stateOf = (keeper: FleetKeeper, name: PartName) =>
  keeper.state().parts.find((part) => part.name === name);
