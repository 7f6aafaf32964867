import type { Load } from '../fleet/load.ts';
import type { RegisteredVen, WireProfile } from '../profiles/profile.ts';
import { type Subject, settle } from './exchange.ts';
import { type PendingLoad, pendingLoads } from './pending-loads.ts';
import type { VenResult } from './register-vens.ts';
import type { Run } from './run.ts';
import { sentHashOf } from './sent-hash.ts';

/** A load to be registered, with its VEN's name. */
export interface PlannedLoad {
  readonly venName: string | null;
  readonly pending: PendingLoad;
}

/** Streams what is to be registered, VEN by VEN, and tells when each begins. */
export async function* plannedLoads(
  venNames: readonly (string | null)[],
  run: Run,
  position: { begun: number; vens: number },
  noteSending: boolean,
): AsyncGenerator<PlannedLoad> {
  for (const venName of venNames) {
    const pending = run.tally.pendingOf(venName);
    position.begun++;
    run.emit({ type: 'ven-started', venId: venName, index: position.begun, vens: position.vens, pending });
    const { store, includeDisabled } = run;
    const only = run.only && (run.only.get(venName ?? '') ?? new Set<string>());
    for await (const item of pendingLoads(store, venName, { includeDisabled, noteSending, only })) {
      yield { venName, pending: item };
    }
  }
}

/** Registers one load, or says why not; the result goes to the recorder. */
export async function registerLoad(
  { venName, pending }: PlannedLoad,
  vens: ReadonlyMap<string, VenResult>,
  run: Run,
): Promise<void> {
  const { load } = pending;
  const fail = (status: number | null, reason: string) =>
    run.recorder.add({ load, venName, outcome: { at: 'failed', status, reason, inDoubt: false } });
  if (!pending.ok) return fail(null, pending.problem);
  const ven = vens.get(pending.load.site.venName);
  if (!ven) return;
  if (!ven.ok) return fail(ven.status, `its VEN could not be registered: ${ven.reason}`);
  const subject = loadSubject(pending.load, ven.ven, run.profile);
  let created = false;
  const settled = await settle(
    {
      ...subject,
      readCreate(response) {
        const outcome = subject.readCreate(response);
        created = outcome.kind === 'created';
        return outcome;
      },
    },
    run,
  );
  if (settled.at === 'stopped') return;
  // Of what was there already, nobody knows what the VTN was told.
  const sentHash = created ? sentHashOf(pending.load) : undefined;
  const outcome = settled.at === 'mapped' ? { ...settled, sentHash } : settled;
  run.recorder.add({ load, venName, outcome });
}

/** A load as `settle` takes it. */
export function loadSubject(load: Load, ven: RegisteredVen, profile: WireProfile): Subject {
  return {
    maybeSent: load.maybeSent,
    create: () => profile.createLoad(load, ven),
    readCreate: (response) => profile.readCreateLoad(load, ven, response),
    find: () => profile.findLoad(load, ven),
    readFind: (response, claimedId) => profile.readFindLoad(load, response, claimedId),
  };
}
