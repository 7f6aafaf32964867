import type { EventStore } from '../event-store.ts';
import { createDispatchQueries } from './dispatch-queries.ts';
import type { SqlEngine } from './engine.ts';
import type { createEnrolments } from './enrolments.ts';
import { createEventAnswers } from './event-answers.ts';
import { createEventLoads } from './event-loads.ts';
import { createEventNotes } from './event-notes.ts';
import { createEventVersions } from './event-versions.ts';
import { createForgetEvents } from './forget-events.ts';

/**
 * Remembers events; see `EventStore`. `write` carries out, in their order, the statements of a run that is busy with events.
 * Whether the fleet has changed is for the engine to say, which also writes the journal of dispatches; enrolments are the fleet's
 * (`createEnrolments`).
 */
export function createEventStore(
  engine: SqlEngine,
  write: SqlEngine['run'],
): Omit<
  EventStore,
  'fleetMark' | 'noteDispatches' | 'recordDispatches' | keyof ReturnType<typeof createEnrolments>
> {
  const { adding, ...notes } = createEventNotes(engine, write);
  return {
    ...createEventVersions(engine, write, { adding }),
    ...notes,
    ...createEventLoads(engine),
    ...createDispatchQueries(engine),
    ...createEventAnswers(engine, write),
    ...createForgetEvents(engine, write),
  };
}
