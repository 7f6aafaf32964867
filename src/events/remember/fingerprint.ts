import { createHash } from 'node:crypto';
import type { EventPayload, GridEvent } from '../../fleet/grid-event.ts';

/*
 * Servers add to an event what is no instruction: readings, states, times of checks (facts on E.ON Switch). Two events that ask
 * the same must have the same fingerprint, whatever else the object says.
 */

/** Payload types of the specification's events that end like words of state, but ask something. */
const standard = new Set(['CTA2045_SET_OVERRIDE_STATUS']);
/** What reports tell, and what servers note on an event that is under way. */
const toldNotAsked = /^(READING|USAGE|DEMAND|OPERATING_STATE)$|_(STATUS|TIMESTAMP|READING)$/;

/** Whether a payload asks or tells the loads something; else a server notes on the event how it goes. */
export function isInstruction({ type }: EventPayload): boolean {
  return standard.has(type) || !toldNotAsked.test(type);
}

/** Of all that an event asks: of whom, when, what, and which reports. */
export function instructionHash(event: GridEvent): string {
  const { programId, priority, targets, isCancelled, payloadDescriptors, askedReports } = event;
  const intervals = event.intervals.map(({ id, period, payloads }) => [
    id,
    period,
    payloads.filter(isInstruction),
  ]);
  const { period, duration } = event;
  return hashOf([
    programId,
    priority,
    isCancelled,
    targets,
    payloadDescriptors,
    askedReports,
    period,
    duration,
    intervals,
  ]);
}

/** Of when it asks it: while that stays, "now" stays the time at which it was first heard of. */
export function timingHash({ period, duration, intervals }: GridEvent): string {
  return hashOf([period, duration, intervals.map((one) => [one.id, one.period])]);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
