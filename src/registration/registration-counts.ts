import type { Account } from '../core/account.ts';
import type { WaitTotals } from '../delivery/asked-waits.ts';
import { createReasons } from '../delivery/failure-reasons.ts';
import type { VenCounts } from '../store/fleet-store.ts';
import type { LoadResult } from './record-results.ts';
import type {
  LoadFailure,
  RegistrationEvent,
  RegistrationSummary,
  SampleCheck,
  VenSummary,
} from './registration-events.ts';

const mostFailures = 100;

/** What a run did to one VEN so far. */
interface OneVen {
  readonly venName: string | null;
  readonly totalLoads: number;
  readonly pending: number;
  readonly skipped: number;
  readonly alreadyRegistered: number;
  registered: number;
  failed: number;
  /** Of a dry run: those that would be sent. */
  sendable: number;
  /** To be registered still, when the run was over; undefined before that is known. */
  left?: number;
}

/** Counts what a run does, tells of it, and sums it up. */
export interface RegistrationCounts {
  /** Loads of this VEN that the run is to register. */
  pendingOf(venName: string | null): number;
  venRegistered(venName: string, vtnVenId: string): void;
  venFailed(venName: string, reason: string): void;
  /** Takes up results that are durable now. */
  stored(results: readonly LoadResult[]): void;
  /** Takes up a load that a dry run would send. */
  sendable(venName: string | null): void;
  /** Settles the accounts of a run that was not interrupted; `after`: the loads as they are counted when it is over. */
  accounts(after: readonly VenCounts[]): Account[];
  summary(run: {
    interrupted: boolean;
    dryRun: boolean;
    elapsedMs: number;
    waits: WaitTotals;
    checked: SampleCheck | null;
  }): RegistrationSummary;
}

/** Counts over the VENs of a run; begins with the event `started`. */
export function createRegistrationCounts(
  counts: readonly VenCounts[],
  includeDisabled: boolean,
  emit: (event: RegistrationEvent) => void,
): RegistrationCounts {
  const vens = new Map(counts.map((ven) => [ven.venName, oneVen(ven, includeDisabled)]));
  const sum = (of: (ven: OneVen) => number) => [...vens.values()].reduce((total, ven) => total + of(ven), 0);
  const named = [...vens.keys()].filter((venName) => venName !== null).length;
  const pending = sum((ven) => ven.pending);
  const failures: LoadFailure[] = [];
  const reasons = createReasons();
  const failedVens: { venId: string; reason: string }[] = [];
  // A VEN with nothing left to register is not asked for again.
  let registeredVens = [...vens.values()].filter((ven) => ven.venName !== null && isComplete(ven)).length;
  let registered = 0;
  let found = 0;
  let failed = 0;
  emit(startedEvent(vens, named));

  function count({ load, venName, outcome }: LoadResult): void {
    const ven = vens.get(venName);
    if (outcome.at === 'mapped') {
      registered++;
      if (outcome.evidence === 'shown') found++;
      if (ven) ven.registered++;
    } else {
      failed++;
      if (ven) ven.failed++;
      const { status, reason } = outcome;
      const failure = { loadId: load.loadId, externalResourceId: load.externalResourceId, status, reason };
      reasons.add(failure);
      if (failures.length < mostFailures) failures.push(failure);
      emit({ type: 'load-failed', venId: venName, ...failure });
    }
    if (ven && ven.registered + ven.failed === ven.pending)
      emit({ type: 'ven-finished', ven: venSummary(ven) });
  }

  return {
    pendingOf: (venName) => vens.get(venName)?.pending ?? 0,
    venRegistered(venName, vtnVenId) {
      registeredVens++;
      emit({ type: 'ven-registered', venId: venName, vtnVenId });
    },
    venFailed(venName, reason) {
      failedVens.push({ venId: venName, reason });
      emit({ type: 'ven-failed', venId: venName, reason });
    },
    stored(results) {
      for (const result of results) count(result);
      const left = Math.max(0, pending - registered - failed);
      emit({ type: 'progress', registered, found, failed, pending: left });
    },
    sendable(venName) {
      const ven = vens.get(venName);
      if (ven) ven.sendable++;
    },
    accounts(after) {
      const now = new Map(after.map((ven) => [ven.venName, ven]));
      return [...vens.values()].map((ven) => accountOf(ven, now.get(ven.venName), includeDisabled));
    },
    summary: ({ elapsedMs, ...run }) => {
      const loads = countsOfLoads([...vens.values()]);
      const isComplete = !run.interrupted && (run.dryRun || loads.left === 0);
      return {
        success: failed === 0 && failedVens.length === 0 && isComplete && passed(run.checked),
        ...run,
        vens: { total: named, registered: registeredVens, failed: failedVens },
        loads: { ...loads, registered, failed, vtnIdsMapped: registered },
        perVen: [...vens.values()].map(venSummary),
        failures,
        reasons: reasons.list(),
        elapsedSeconds: Math.round(elapsedMs) / 1000,
        loadsPerSecond: elapsedMs > 0 ? Math.round((registered / elapsedMs) * 10_000) / 10 : 0,
      };
    },
  };
}

/** Whether the VTN has all that it was asked for; where it did not say, nobody knows. */
function passed(checked: SampleCheck | null): boolean {
  return checked === null || checked.known === checked.looked;
}

/** What is known at the beginning; `named`: how many VENs there are. */
function startedEvent(vens: ReadonlyMap<string | null, OneVen>, named: number): RegistrationEvent {
  const all = [...vens.values()];
  return {
    type: 'started',
    vens: named,
    pendingVens: all.filter((ven) => ven.venName !== null && ven.pending > 0).length,
    pendingWithoutVen: (vens.get(null)?.pending ?? 0) > 0,
    total: all.reduce((sum, ven) => sum + ven.totalLoads, 0),
    pending: all.reduce((sum, ven) => sum + ven.pending, 0),
  };
}

function oneVen(ven: VenCounts, includeDisabled: boolean): OneVen {
  return {
    venName: ven.venName,
    totalLoads: ven.total,
    pending: ven.pending + (includeDisabled ? ven.disabled : 0),
    skipped: ven.suspended + (includeDisabled ? 0 : ven.disabled),
    alreadyRegistered: ven.registered,
    registered: 0,
    failed: 0,
    sendable: 0,
  };
}

function countsOfLoads(
  vens: readonly OneVen[],
): Pick<RegistrationSummary['loads'], 'total' | 'skipped' | 'alreadyRegistered' | 'left'> {
  const sum = (of: (ven: OneVen) => number) => vens.reduce((total, ven) => total + of(ven), 0);
  return {
    total: sum((ven) => ven.totalLoads),
    skipped: sum((ven) => ven.skipped),
    alreadyRegistered: sum((ven) => ven.alreadyRegistered),
    left: sum(leftOf),
  };
}

/** Loads that are still to be registered. */
function leftOf({ left, pending, registered, failed }: OneVen): number {
  return left ?? Math.max(0, pending - registered - failed);
}

/**
 * Settles the account of one VEN; `now`: its loads as they are counted after the run. What is to be registered then, and
 * neither failed nor came meanwhile, was left out. Of what others removed or registered meanwhile, nothing is to be said.
 */
function accountOf(ven: OneVen, now: VenCounts | undefined, includeDisabled: boolean): Account {
  const { registered: done, failed, sendable, skipped, alreadyRegistered: alreadyThere } = ven;
  const after = now && oneVen(now, includeDisabled);
  const came =
    Math.max(0, (after?.totalLoads ?? 0) - ven.totalLoads) + Math.max(0, skipped - (after?.skipped ?? 0));
  const unended = Math.max(0, (after?.pending ?? 0) - failed - sendable - came);
  // Their ids turned out to be those of other loads: the next run looks them up.
  const takenBack = Math.min(unended, Math.max(0, alreadyThere + done - (after?.alreadyRegistered ?? 0)));
  ven.left = sendable + takenBack;
  const missing = unended - takenBack;
  const total = done + sendable + failed + skipped + alreadyThere + missing;
  return { of: ven.venName ?? '(no VEN)', total, done: done + sendable, failed, skipped, alreadyThere };
}

function isComplete(ven: OneVen): boolean {
  return ven.pending === 0 && ven.alreadyRegistered > 0;
}

function venSummary({ venName, totalLoads, registered, failed }: OneVen): VenSummary {
  return { venId: venName, totalLoads, registered, failed, vtnIdsMapped: registered };
}
