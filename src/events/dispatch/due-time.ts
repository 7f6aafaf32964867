import type { Instruction, Setpoint } from '../setpoints/instruction.ts';

/** An instruction and its canonical text, by which it is compared. */
export interface Told {
  readonly instruction: Instruction;
  readonly text: string;
}

/** What a load is told before anything was said to it. */
export const toldNothing: Told = { instruction: { setpoints: [] }, text: '{"setpoints":[]}' };

/**
 * What a load was perhaps told: a hand-over that failed, or during which the process died, may have arrived all the same. It is
 * like nothing that can be asked, so that whatever is asked next is said in any case.
 */
export function inDoubt(told: Told, before: Told): Told {
  return {
    instruction: told.instruction.setpoints.length > 0 ? told.instruction : before.instruction,
    text: '',
  };
}

/**
 * When a load should have been told the new instruction in the place of the old one, milliseconds since 1970, UTC: when the last of
 * what is new began, or of what is gone ended; but not before its event was heard of (`heardMs`: when the present version of an
 * event was; undefined: of an event that is not known any more).
 */
export function dueTime(
  before: Instruction,
  after: Instruction,
  atMs: number,
  heardMs: (eventId: string) => number | undefined,
): number {
  const known = new Set(before.setpoints.map(keyOf));
  const kept = new Set(after.setpoints.map(keyOf).filter((key) => known.has(key)));
  const begun = after.setpoints
    .filter((one) => !kept.has(keyOf(one)))
    .map(({ fromMs, eventId }) => Math.max(fromMs, heardMs(eventId) ?? fromMs));
  const ended = before.setpoints
    .filter((one) => !kept.has(keyOf(one)))
    .map(({ untilMs, eventId }) =>
      untilMs !== null && untilMs <= atMs ? untilMs : (heardMs(eventId) ?? atMs),
    );
  const times = [...begun, ...ended].filter((ms) => ms <= atMs);
  return times.length > 0 ? Math.max(...times) : atMs;
}

const keyOf = (one: Setpoint) => JSON.stringify(one);
