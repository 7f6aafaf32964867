import { assertAccounted } from '../../core/account.ts';
import type { EventNote, EventStore } from '../../store/event-store.ts';
import type { ActingEvent } from '../dispatch/acting-event.ts';
import type { Plan } from '../dispatch/plan.ts';
import type { SinkQueue } from '../dispatch/sink-queue.ts';
import { type ParticipationThen, participationAt } from '../setpoints/participation.ts';
import type { EventPolicy } from '../setpoints/policy.ts';

export interface LeftOutOptions {
  readonly policy: EventPolicy;
  readonly queues: readonly Pick<SinkQueue, 'loads' | 'lastTold'>[];
  readonly store: Pick<EventStore, 'eventNotes'>;
}

/**
 * Says of each event that asks something at this time which of the loads that it means are not told, where some are not, and
 * whenever that changes: `meant` = `takePart` + those of `out` (by policy, by reason) + those of `unreachable`. `leftFleet`: loads
 * that do what it asks, and that the fleet does not have any more. Throws LOADS_UNACCOUNTED where these do not add up.
 */
export function createLeftOut({ policy, queues, store }: LeftOutOptions) {
  const isForAll = policy.components === null && policy.optOuts.length === 0;
  const said = new Map<string, string | undefined>();

  async function saidOf(acting: ActingEvent): Promise<string | undefined> {
    const { eventId, version } = acting.stored;
    const key = keyOf(acting);
    if (!said.has(key)) {
      const before = (await store.eventNotes(eventId)).findLast(
        (note) => note.version === version && note.what === 'left-out',
      );
      said.set(key, before && JSON.stringify(before.detail));
    }
    return said.get(key);
  }

  return async (plan: Plan, atMs: number, isUnknown: boolean): Promise<EventNote[]> => {
    const participation = isForAll ? undefined : participationAt(policy, atMs);
    const gone = isUnknown ? loadsGone(plan, queues) : new Map<string, number>();
    const notes: EventNote[] = [];
    const present = new Set(plan.events.map(keyOf));
    for (const key of said.keys()) if (!present.has(key)) said.delete(key);
    for (const acting of plan.events) {
      const { stored, timeline, timelineOfLoad } = acting;
      const account = accountOf(acting, plan, participation);
      if (!timelineOfLoad && timeline.at(atMs).length === 0) continue;
      const leftFleet = gone.get(stored.eventId) ?? 0;
      const isWhole = account.out === undefined && leftFleet === 0;
      const detail = { ...account, ...(leftFleet > 0 && { leftFleet }) };
      const [text, before] = [JSON.stringify(detail), await saidOf(acting)];
      if (text === before || (isWhole && before === undefined)) continue;
      said.set(keyOf(acting), text);
      const { eventId, version } = stored;
      notes.push({ eventId, version, atMs, what: 'left-out', detail });
    }
    return notes;
  };
}

const keyOf = ({ stored: { eventId, version } }: ActingEvent) => `${eventId}\0${version}`;

/** What becomes of the loads that an event means; `participation` undefined: all take part. */
function accountOf(
  { stored, resolution }: ActingEvent,
  plan: Plan,
  participation: ParticipationThen | undefined,
) {
  const { loads, meant, unreachable } = resolution;
  const out: Record<string, number> = {};
  let takePart = participation ? 0 : loads.length;
  let skipped = 0;
  if (participation)
    for (const load of loads) {
      const one = participation.of(plan.load(load));
      if (one === 'in') takePart++;
      else {
        out[one.out] = (out[one.out] ?? 0) + 1;
        skipped++;
      }
    }
  const failed = Object.values(unreachable).reduce((sum, count) => sum + count, 0);
  const of = `event ${stored.eventId}`;
  assertAccounted([{ of, total: meant, done: takePart, failed, skipped, alreadyThere: 0 }]);
  return { meant, takePart, ...(skipped > 0 && { out }), ...(failed > 0 && { unreachable }) };
}

/** How many loads do what each event asks, and are not of the fleet any more. */
function loadsGone(plan: Plan, queues: LeftOutOptions['queues']): Map<string, number> {
  const loads = new Map<string, Set<string>>();
  for (const queue of queues)
    for (const loadId of queue.loads()) {
      if (plan.numberOf(loadId) !== undefined) continue;
      for (const { eventId } of queue.lastTold(loadId).instruction.setpoints)
        loads.set(eventId, (loads.get(eventId) ?? new Set()).add(loadId));
    }
  return new Map([...loads].map(([eventId, ids]) => [eventId, ids.size]));
}
