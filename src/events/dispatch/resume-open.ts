import type { DispatchResult, EventStore, JournalDispatch } from '../../store/event-store.ts';
import { instructionOfText } from '../setpoints/instruction-text.ts';
import { inDoubt } from './due-time.ts';
import type { Plan } from './plan.ts';
import type { Sink } from './sink.ts';
import { inOrder, mostUnderWay, type QueuedDispatch, type SinkQueue } from './sink-queue.ts';

/** What became of the dispatches that an earlier process noted and did not bring to their end: all of them are in one of these. */
export interface Resumed {
  /** They had arrived. */
  readonly arrived: number;
  /** They are handed over now. */
  readonly resumed: number;
  readonly missed: number;
  readonly replaced: number;
}

/** How long a sink may take to say what arrived, milliseconds; of what it has not said by then, nothing is known. */
const longestAskMs = 5_000;

/**
 * Brings what an earlier process left open to its end: what the sink knows to have arrived is handed over; what has had its time
 * is missed; of what is left, the newest of each load is handed over now.
 */
export async function resumeOpen(
  queue: SinkQueue,
  store: Pick<EventStore, 'openDispatches' | 'recordDispatches'>,
  plan: Plan,
  nowMs: number,
  signal: AbortSignal,
): Promise<Resumed> {
  const { sink } = queue;
  const open = await store.openDispatches(sink.name);
  const known = open.flatMap((one) => queued(one, plan) ?? []);
  // Hand-overs go in this order: only the first of what is open can have been under way.
  const doubtful = known.toSorted(inOrder).slice(0, mostUnderWay * sink.batchSize);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(longestAskMs)]);
  const arrived = doubtful.length > 0 ? await sink.whichArrived(doubtful, patience) : new Set<string>();
  const newest = new Map<string, QueuedDispatch>();
  for (const one of known.toSorted((a, b) => a.dueMs - b.dueMs)) newest.set(one.load.loadId, one);
  const results: DispatchResult[] = [];
  const left: QueuedDispatch[] = [];
  const counts = { arrived: 0, resumed: 0, missed: 0, replaced: 0 };
  const byId = new Map(known.map((one) => [one.id, one]));
  for (const one of open) {
    const end = (how: DispatchResult['end'], reason: string | null) =>
      results.push(result(one, sink, how, nowMs, reason));
    const dispatch = byId.get(one.dispatchId);
    if (!dispatch) {
      counts.missed++;
      end('missed', 'the fleet does not have the load any more');
    } else if (arrived.has(one.dispatchId)) {
      counts.arrived++;
      end('handed', 'it had arrived when venfleet ended');
    } else if (one.untilMs !== null && one.untilMs <= nowMs) {
      counts.missed++;
      end('missed', 'venfleet was not running');
    } else if (newest.get(one.loadId) !== dispatch) {
      counts.replaced++;
      end('replaced', null);
    } else {
      counts.resumed++;
      left.push(dispatch);
    }
  }
  await store.recordDispatches(results);
  for (const one of doubtful) {
    const { loadId } = one.load;
    // Of what did not surely arrive, nobody knows what the load does now: it is told anew.
    queue.restore(loadId, arrived.has(one.id) ? one.told : inDoubt(one.told, queue.lastTold(loadId)));
  }
  queue.resume(left);
  return counts;
}

function queued(one: JournalDispatch, plan: Plan): QueuedDispatch | undefined {
  const number = plan.numberOf(one.loadId);
  if (number === undefined) return undefined;
  const { loadId, venName, siteId, component, vtnResourceId } = plan.load(number);
  const instruction = instructionOfText(one.instruction);
  return {
    id: one.dispatchId,
    load: { loadId, venName, siteId, component, vtnResourceId },
    instruction,
    told: { instruction, text: one.instruction },
    events: one.events,
    dueMs: one.dueMs,
    untilMs: one.untilMs,
  };
}

function result(
  { dispatchId, loadId, dueMs }: JournalDispatch,
  { name: sink }: Sink,
  end: DispatchResult['end'],
  atMs: number,
  reason: string | null,
): DispatchResult {
  return { dispatchId, sink, loadId, dueMs, end, atMs, reason };
}
