import type { DispatchEnd, EventStore } from '../../store/event-store.ts';
import { isoTime } from './iso-time.ts';

/** An instruction that was noted for a sink. Times: ISO 8601, UTC. */
export interface HandedInstruction {
  readonly dispatchId: string;
  readonly sink: string;
  readonly loadId: string;
  readonly events: readonly { readonly eventId: string; readonly version: number }[];
  readonly due: string | null;
  /** Null: for good. */
  readonly until: string | null;
  /** Null: it has not ended. */
  readonly end: DispatchEnd | null;
  readonly ended: string | null;
  readonly reason: string | null;
  /** As docs/dispatch.md has it. */
  readonly instruction: object;
}

/** What was noted for sinks, the latest first. */
export async function handedInstructions(
  store: Pick<EventStore, 'dispatchHistory'>,
  of: Parameters<EventStore['dispatchHistory']>[0],
): Promise<HandedInstruction[]> {
  const found = await store.dispatchHistory(of);
  return found.map(({ instruction, dueMs, untilMs, endMs, ...one }) => {
    const { dispatchId, sink, loadId, events, end, reason } = one;
    return {
      ...{ dispatchId, sink, loadId, events, due: isoTime(dueMs), until: isoTime(untilMs) },
      ...{ end, ended: isoTime(endMs), reason, instruction: JSON.parse(instruction) as object },
    };
  });
}
