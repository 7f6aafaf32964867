import type { Account } from '../../core/account.ts';
import { createReasons } from '../../delivery/failure-reasons.ts';
import type { VenCounts } from '../../store/fleet-store.ts';
import type { EnrolCounts, EnrolEvent, EnrolFailure, EnrolSummary } from './enrol-events.ts';
import type { LoadToEnrol } from './loads-to-enrol.ts';

/** Failures that a summary lists. */
const mostFailures = 100;

/** What became of one load that was to be enrolled. */
export interface EnrolResult {
  readonly load: LoadToEnrol;
  readonly failure: Pick<EnrolFailure, 'status' | 'reason'> | undefined;
}

/** How a run ended, but for its counts. */
interface RunEnd extends Pick<EnrolSummary, 'interrupted' | 'program' | 'waits'> {
  readonly elapsedMs: number;
}

/** Counts what a run does, tells of it, and sums it up. */
export interface EnrolTally {
  /** How many VENs and loads the run is about. */
  readonly size: { readonly vens: number; readonly loads: number };
  /** A load of this VEN is not to be enrolled: it is already, or is skipped, and why. */
  passedOver(venName: string | null, why: 'alreadyEnrolled' | { readonly skipped: string }): void;
  /** Takes up results that are durable now. */
  stored(results: readonly EnrolResult[]): void;
  accounts(): Account[];
  summary(run: RunEnd): EnrolSummary;
}

type OneVen = { -readonly [K in Exclude<keyof EnrolCounts, 'left'>]: number };

const nothing: OneVen = { total: 0, enrolled: 0, failed: 0, skipped: 0, alreadyEnrolled: 0 };

/** Counts over these VENs. */
export function createEnrolTally(
  vens: readonly Pick<VenCounts, 'venName' | 'total'>[],
  emit: (event: EnrolEvent) => void,
): EnrolTally {
  const byVen = new Map(
    vens.map(({ venName, total }): [string | null, OneVen] => [venName, { ...nothing, total }]),
  );
  const of = (venName: string | null) => byVen.get(venName) as OneVen;
  const skippedFor = new Map<string, number>();
  const failures: EnrolFailure[] = [];
  const reasons = createReasons();
  const sum = () => [...byVen.values()].map(withLeft).reduce(plus, withLeft(nothing));
  return {
    size: {
      vens: vens.filter(({ venName }) => venName !== null).length,
      loads: vens.reduce((total, ven) => total + ven.total, 0),
    },
    passedOver(venName, why) {
      if (why === 'alreadyEnrolled') of(venName).alreadyEnrolled++;
      else {
        of(venName).skipped++;
        skippedFor.set(why.skipped, (skippedFor.get(why.skipped) ?? 0) + 1);
      }
    },
    stored(results) {
      for (const { load, failure } of results) {
        const { loadId, externalResourceId, venName } = load;
        of(venName)[failure ? 'failed' : 'enrolled']++;
        if (!failure) continue;
        const one = { loadId, externalResourceId, venId: venName, ...failure };
        reasons.add(one);
        if (failures.length < mostFailures) failures.push(one);
        emit({ type: 'load-failed', ...one });
      }
      emit({ type: 'progress', ...sum() });
    },
    accounts: () =>
      [...byVen].map(([venName, { total, enrolled: done, failed, skipped, alreadyEnrolled }]) => ({
        of: venName ?? '(no VEN)',
        ...{ total, done, failed, skipped, alreadyThere: alreadyEnrolled },
      })),
    summary({ elapsedMs, ...run }) {
      const loads = sum();
      return {
        success: loads.failed === 0 && !run.interrupted,
        ...run,
        loads,
        skippedFor: Object.fromEntries(skippedFor),
        perVen: [...byVen].map(([venId, ven]) => ({ venId, ...withLeft(ven) })),
        failures,
        reasons: reasons.list(),
        elapsedSeconds: Math.round(elapsedMs) / 1000,
        loadsPerSecond: elapsedMs > 0 ? Math.round((loads.enrolled / elapsedMs) * 10_000) / 10 : 0,
      };
    },
  };
}

function withLeft(ven: OneVen): EnrolCounts {
  const { total, enrolled, failed, skipped, alreadyEnrolled } = ven;
  return { ...ven, left: total - enrolled - failed - skipped - alreadyEnrolled };
}

function plus(one: EnrolCounts, other: EnrolCounts): EnrolCounts {
  return {
    total: one.total + other.total,
    enrolled: one.enrolled + other.enrolled,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    alreadyEnrolled: one.alreadyEnrolled + other.alreadyEnrolled,
    left: one.left + other.left,
  };
}
