import type { Hint, HintListener } from './hint.ts';

/** Whether hints come for each of those who listen, told as one state. */
export interface HintState {
  /** `problem` null: hints come to this reader from now on (again), and all that it sees should be read. */
  set(venName: string | undefined, problem: string | null): void;
}

/** `readers`: the VENs that listen, or the one reader (undefined) that is told of all. */
export function hintState(
  via: Hint['via'],
  readers: readonly (string | undefined)[],
  { onHint, onState }: HintListener,
): HintState {
  const problems = new Map<string | undefined, string | null>();
  let told: string | null | undefined;
  return {
    set(venName, problem) {
      problems.set(venName, problem);
      const [first] = [...problems].filter(([, one]) => one !== null);
      if (first) {
        const [whose, why] = first;
        if (problem === null && told !== undefined)
          onHint({ via, objectType: undefined, objectId: undefined });
        if (why === told) return;
        told = why;
        onState(via, whose === undefined ? why : `${why} (VEN ${whose})`);
      } else if (problems.size >= readers.length) {
        told = null;
        onState(via, null);
      }
    },
  };
}
