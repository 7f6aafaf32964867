import type { Trace } from '../core/trace.ts';
import type { SendingJournal } from '../store/sending-journal.ts';

/**
 * What is written down of loads before they are sent, so that a crash leaves a trace of each. The note of a load goes
 * when its result is stored; this keeps account of those that were noted, and then not sent after all.
 */
export interface SendingNotes {
  /** Writes down that these are about to be sent. */
  note(loads: readonly { readonly loadId: string; readonly trace: Trace }[]): Promise<void>;
  /** This one is sent now, or has come to an end without: its note goes with its result. */
  done(loadId: string): void;
  /** Takes back the notes of those that nobody ever sent. */
  forgetUnsent(): Promise<void>;
}

export function createSendingNotes(store: SendingJournal): SendingNotes {
  const unsent = new Set<string>();
  return {
    async note(loads) {
      if (loads.length > 0) await store.noteSending(loads.map(({ loadId }) => loadId));
      // What an earlier run may have sent keeps its note.
      for (const { loadId, trace } of loads) if (trace === 'none') unsent.add(loadId);
    },
    done: (loadId) => void unsent.delete(loadId),
    async forgetUnsent() {
      if (unsent.size > 0) await store.forgetSending([...unsent]);
    },
  };
}
