import assert from 'node:assert/strict';
import type { Answer } from '../../src/delivery/outcome.ts';
import type { GridEvent } from '../../src/fleet/grid-event.ts';
import type { EventsProfile, ReceivedEvent } from '../../src/profiles/events-profile.ts';
import { answerOf } from '../support/wire-answer.ts';

/** What an answer that is done says; fails where it is not. */
export function doneOf<T>(answer: Answer<T>): T {
  if (answer.kind === 'done') return answer.value;
  return assert.fail(JSON.stringify(answer));
}

/** Objects as the profile reads them from the first listing. */
export function received(profile: EventsProfile, ...items: unknown[]): readonly ReceivedEvent[] {
  const [listing] = profile.eventListings();
  return doneOf(listing!.readPage(answerOf(200, items)));
}

/** An object as an event; fails where it is none. */
export function eventOf(profile: EventsProfile, object: object): GridEvent {
  const [one] = received(profile, object);
  assert.equal(one?.problem, null);
  return one!.event as GridEvent;
}

/** Why an object is none. */
export function problemOf(profile: EventsProfile, object: object): string {
  const [one] = received(profile, object);
  assert.equal(one?.event, undefined);
  return one!.problem as string;
}

const none = { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };
export const lasting = (parts: Partial<typeof none>) => ({ ...none, ...parts });
