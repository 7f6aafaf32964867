/*
 * What runs come to, in the words of the log of runs; the counts of each add up to its total.
 */

import type { ReportEvent, ReportSummary } from '../metering/report-events.ts';
import type { ApplyProgress, ApplyStep } from '../reconciliation/apply/apply-counts.ts';
import type { ApplySummary } from '../reconciliation/apply/apply-plan.ts';
import type { Plan } from '../reconciliation/make-plan.ts';
import type { RegistrationEvent, RegistrationSummary } from '../registration/registration-events.ts';
import type { SoFar } from './logged-run.ts';

/** What of a plan is counted. */
type PlanResult = Pick<Plan, 'counts' | 'actions' | 'inSync' | 'skipped' | 'loads' | 'unlistedVens'> & {
  readonly interrupted: boolean;
};

type Ended = SoFar & { readonly state: 'succeeded' | 'failed' | 'interrupted' };

function stateOf({ success, interrupted }: { success: boolean; interrupted: boolean }): Ended['state'] {
  if (interrupted) return 'interrupted';
  return success ? 'succeeded' : 'failed';
}

/** Notes how far a registration is: while it goes on, only what is to be registered counts. */
export function noteRegistration(note: (now: SoFar) => void): (event: RegistrationEvent) => void {
  let total: number | null = null;
  return (event) => {
    if (event.type === 'started') {
      total = event.pending;
      note({ total, counts: { registered: 0, failed: 0, left: total } });
    } else if (event.type === 'progress') {
      const { registered, failed, pending: left } = event;
      note({ total, counts: { registered, failed, left } });
    } else if (event.type === 'broken-off') note(countsOfRegistration(event.summary));
  };
}

function countsOfRegistration({ loads, reasons }: RegistrationSummary): SoFar {
  const { total, registered, failed, skipped, alreadyRegistered, left } = loads;
  return { total, counts: { registered, failed, skipped, alreadyRegistered, left }, reasons };
}

export function endOfRegistration(summary: RegistrationSummary): Ended {
  const [failed] = summary.vens.failed;
  const { checked } = summary;
  const isLost = checked !== null && checked.known < checked.looked;
  const lost = isLost ? 'the VTN does not have all of the registered loads that it was asked for' : null;
  const problem = failed ? `VEN ${failed.venId}: ${failed.reason}` : lost;
  return { ...countsOfRegistration(summary), state: stateOf(summary), problem };
}

/** Of a plan: what became of each load and resource that was looked at. */
export function endOfPlan({ interrupted, inSync, skipped, counts, loads, unlistedVens }: PlanResult): Ended {
  if (interrupted) return { state: 'interrupted', total: null, counts: {} };
  const all = { inSync, skipped, ...counts };
  const total = Object.values(all).reduce((sum, one) => sum + one, 0);
  const [unlisted] = unlistedVens;
  const problem = unlisted ? `VEN ${unlisted.venName} could not be listed: ${unlisted.reason}` : null;
  // What is not known of some VENs is no comparison.
  return { state: loads > 0 && unlisted ? 'failed' : 'succeeded', total, counts: all, problem };
}

/** Notes how far a plan's carrying out is; `plan`: as soon as it is made. */
export function noteApply(note: (now: SoFar) => void, plan: () => PlanResult | undefined) {
  const steps = new Map<ApplyStep, ApplyProgress>();
  return (progress: ApplyProgress) => {
    steps.set(progress.step, progress);
    const done = (step: ApplyStep) => steps.get(step)?.done ?? 0;
    const failed = steps.values().reduce((sum, step) => sum + step.failed, 0);
    const counts = { created: done('create'), updated: done('update'), removed: done('remove'), failed };
    note(withRest(counts, thingsToDo(plan()), 'left'));
  };
}

/** `summary`: what was done of it. */
export function endOfApply(
  summary: ApplySummary & { readonly plan: PlanResult; readonly declined: boolean },
) {
  const { created, found, updated, removed, corrected, failed, interrupted, declined, plan } = summary;
  const counts = { created, found, updated, removed, corrected, failed };
  const reasons = reasonsOf(summary);
  const left = interrupted || declined ? 'left' : 'skipped';
  const state: Ended['state'] = declined ? 'interrupted' : stateOf(summary);
  const problem = plan.counts.conflict > 0 ? `${plan.counts.conflict} conflicts are left to a person` : null;
  return { ...withRest(counts, thingsToDo(plan), left), reasons, state, problem };
}

/** What a plan has to be done: what moves to another VEN is removed there, and created here. */
function thingsToDo(plan: PlanResult | undefined): number | null {
  if (!plan || plan.interrupted) return null;
  const { create, update, remove, correct } = plan.counts;
  const moves = plan.actions.filter((action) => action.kind === 'update' && action.fromVen !== null).length;
  return create + update + remove + correct + moves;
}

function withRest(counts: Readonly<Record<string, number>>, total: number | null, rest: string): SoFar {
  if (total === null) return { total, counts };
  const sum = Object.values(counts).reduce((all, one) => all + one, 0);
  return { total, counts: { ...counts, [rest]: Math.max(0, total - sum) } };
}

/** The first failures, those of one reason together. */
function reasonsOf({ failures }: ApplySummary) {
  const byReason = Map.groupBy(failures, ({ reason }) => reason);
  return [...byReason].map(([reason, of]) => ({
    reason,
    loads: of.length,
    example: of[0]?.externalResourceId ?? '',
  }));
}

/** Notes how far reporting is: while it goes on, only what is to be reported counts. */
export function noteReports(note: (now: SoFar) => void): (event: ReportEvent) => void {
  return (event) => {
    if (event.type === 'planned') {
      note({ total: event.toReport, counts: { reported: 0, failed: 0, left: event.toReport } });
    } else if (event.type === 'progress') {
      const { reported, failed, toReport: total } = event;
      note({ total, counts: { reported, failed, left: Math.max(0, total - reported - failed) } });
    } else if (event.type === 'broken-off') note(countsOfReports(event.summary));
  };
}

function countsOfReports(summary: ReportSummary): SoFar {
  const { loads: total, reported, failed, skipped, alreadyReported, left, reasons } = summary;
  return { total, counts: { reported, failed, skipped, alreadyReported, left }, reasons };
}

export function endOfReports(summary: ReportSummary): Ended {
  return { ...countsOfReports(summary), state: stateOf(summary) };
}
