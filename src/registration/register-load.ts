import type { Trace } from '../core/trace.ts';
import type { FailureBound } from '../delivery/failure-bound.ts';
import type { Recorder } from '../delivery/recorder.ts';
import type { Sender } from '../delivery/sender.ts';
import { type Creation, settle } from '../delivery/settle.ts';
import type { Load } from '../fleet/load.ts';
import type { RegisteredVen, RegistrationProfile } from '../profiles/registration-profile.ts';
import type { PendingLoad } from './load-source.ts';
import type { PlannedLoad } from './planned-loads.ts';
import type { LoadResult } from './record-results.ts';
import type { VenResult } from './register-vens.ts';
import type { SendingNotes } from './sending-notes.ts';

/** With what loads are registered. */
export interface LoadRegistration {
  readonly sender: Sender;
  readonly profile: RegistrationProfile;
  /** VENs as the VTN knows them, by name. */
  readonly vens: ReadonlyMap<string, VenResult>;
  /** What is known of a load's having been sent. */
  traceOf(load: PendingLoad['load']): Trace;
  readonly notes: SendingNotes;
  readonly bound: FailureBound;
  readonly recorder: Recorder<LoadResult>;
}

/** Registers one load, or says why not; the result goes to the recorder. Throws TOO_MANY_FAILURES, and what ends a job. */
export async function registerLoad(
  { venName, pending }: PlannedLoad,
  { sender, profile, vens, traceOf, notes, bound, recorder }: LoadRegistration,
): Promise<void> {
  const { load } = pending;
  const trace = traceOf(load);
  const fail = (status: number | null, reason: string) => {
    notes.done(load.loadId);
    recorder.add({ load, venName, outcome: { at: 'failed', status, reason, trace } });
  };
  if (!pending.ok) return fail(null, pending.problem);
  const ven = vens.get(pending.load.site.venName);
  if (!ven) return;
  if (!ven.ok) {
    const reason = `its VEN could not be registered: ${ven.reason}`;
    fail(ven.status, reason);
    return bound.failed({ ...load, venName, status: ven.status, reason });
  }
  const settled = await settle(creationOf(pending, ven.ven, trace, profile, notes), sender);
  if (settled.at === 'stopped') return;
  if (settled.at === 'failed') {
    recorder.add({ load, venName, outcome: settled });
    const { status, reason } = settled;
    return bound.failed({ ...load, venName, status, reason });
  }
  bound.succeeded();
  // Of what was there already, nobody knows what the VTN was told.
  const { id, evidence } = settled;
  const sentHash = evidence === 'told' ? pending.sentHash : undefined;
  recorder.add({ load, venName, outcome: { at: 'mapped', id, sentHash, evidence } });
}

/** The load as `settle` takes it; notes when it is sent. */
function creationOf(
  { load, body }: Extract<PendingLoad, { ok: true }>,
  ven: RegisteredVen,
  trace: Trace,
  profile: RegistrationProfile,
  notes: SendingNotes,
): Creation {
  const creation = loadCreation(load, ven, profile, trace, body);
  return {
    ...creation,
    create() {
      notes.done(load.loadId);
      return creation.create();
    },
  };
}

/** A load as `settle` takes it. `body`: what the VTN is told, where that is made already. */
export function loadCreation(
  load: Load,
  ven: RegisteredVen,
  profile: RegistrationProfile,
  trace: Trace,
  body?: string,
): Creation {
  const former = trace === 'none' ? [] : (profile.formerNames?.(load) ?? []);
  return {
    trace,
    formerNames: former.length,
    create: () => profile.createLoad(load, ven, body),
    readCreate: (response) => profile.readCreateLoad(load, ven, response),
    find: (formerName) => profile.findLoad(load, ven, former[formerName - 1]),
    readFind: (response, claimedId) => profile.readFindLoad(load, ven, response, claimedId),
  };
}
