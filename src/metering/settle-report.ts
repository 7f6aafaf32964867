import { VenfleetError } from '../core/errors.ts';
import { defaultGraceMs } from '../core/retry.ts';
import { exchange } from '../delivery/exchange.ts';
import { sendUntilAnswered } from '../delivery/send-until-answered.ts';
import type { Sender } from '../delivery/sender.ts';
import { mayBeUnderWay, sharesOfGrace } from '../delivery/settling-steps.ts';
import { givenUp, mayGiveUp, triesOf, waitBeforeRetry } from '../delivery/tries.ts';
import type { MeteringProfile, Report, ReportLookUp, ReportOutcome } from '../profiles/metering-profile.ts';
import type { DoubtChoice } from './doubt-choices.ts';
import { findReport } from './find-reports.ts';
import { pointsOf } from './planned-report.ts';

/** How one report ended. */
export type SettledReport =
  /** The VTN took it, under this id; `sentAgain`: once more, since it was not known whether it had taken it before. */
  | { readonly at: 'done'; readonly how: 'told' | 'sentAgain'; readonly id: string }
  /** Found where its answer was lost, or believed to be there (`skip`). */
  | { readonly at: 'done'; readonly how: 'found' | 'believed' }
  /** `maybeThere`: the VTN may have taken it all the same. */
  | {
      readonly at: 'failed';
      readonly status: number | null;
      readonly reason: string;
      readonly maybeThere: boolean;
    }
  | { readonly at: 'too-large'; readonly status: number | null; readonly reason: string }
  | { readonly at: 'stopped'; readonly maybeThere: boolean };

export interface ReportSettling {
  readonly profile: MeteringProfile;
  readonly sender: Sender;
  readonly onDoubt: DoubtChoice;
  /** The VTN may have reports of the same names from an earlier job, with other values. */
  readonly again?: boolean | undefined;
}

/**
 * Brings one report to its end: on the VTN once, or failed with a reason. One that may be there is looked for before
 * it is sent again, where the VTN can be asked; where it cannot, `onDoubt` says what to do. Throws what ends the whole job (see `exchange`),
 * and REPORTS_IN_DOUBT.
 */
export async function settleReport(report: Report, settling: ReportSettling): Promise<SettledReport> {
  const { profile, sender } = settling;
  let maybeThere = false;
  let failures = 0;
  let throttles = 0;
  for (;;) {
    const outcome: ReportOutcome | undefined = await exchange<ReportOutcome, 'ambiguous'>(
      () => profile.report(report),
      (response) => profile.readReport(report, response),
      'ambiguous',
      sender,
    );
    if (outcome === undefined) return { at: 'stopped', maybeThere };
    if (outcome.kind === 'created')
      return { at: 'done', how: maybeThere ? 'sentAgain' : 'told', id: outcome.id };
    if (outcome.kind === 'refused') return refused(outcome, maybeThere);
    const isPassing = outcome.kind === 'throttled' || outcome.kind === 'failed';
    if (!isPassing) {
      const ended = await settleDoubt(report, outcome, settling);
      if (ended?.at === 'failed') return { ...ended, maybeThere: ended.maybeThere || maybeThere };
      if (ended) return ended;
      maybeThere = true;
    }
    const isThrottle = outcome.kind === 'throttled';
    const tries = isThrottle ? ++throttles : ++failures;
    const allowed = triesOf(sender);
    const isSpent = tries >= (isThrottle ? allowed.throttles : allowed.failures);
    const { status, reason } = outcome;
    if (isSpent && (await mayGiveUp(sender)))
      return { at: 'failed', status, reason: givenUp(reason, tries), maybeThere };
    await waitBeforeRetry(sender, tries, 'retryAfterMs' in outcome ? outcome.retryAfterMs : undefined);
  }
}

function refused(
  outcome: Extract<ReportOutcome, { kind: 'refused' }>,
  maybeThere: boolean,
): Extract<SettledReport, { at: 'failed' | 'too-large' }> {
  const { status, reason } = outcome;
  if ('isTooLarge' in outcome) return { at: 'too-large', status, reason };
  return { at: 'failed', status, reason, maybeThere };
}

type Doubtful = Extract<ReportOutcome, { kind: 'exists' | 'ambiguous' | 'accepted' | 'nonsense' }>;

/** What becomes of a report that may be on the VTN; undefined: it is to be sent again. */
async function settleDoubt(
  report: Report,
  outcome: Doubtful,
  { profile: { lookUp }, sender, onDoubt, again = false }: ReportSettling,
): Promise<SettledReport | undefined> {
  const { kind, status, reason } = outcome;
  if (!lookUp) {
    if (kind !== 'ambiguous') {
      // To send it again would bring the same answer. A 409 without a look-up may be about anything, and does not show what
      // the VTN has: it is no success.
      return { at: 'failed', status, reason, maybeThere: kind !== 'exists' };
    }
    if (onDoubt === 'stop') throw inDoubt(1, reason);
    return onDoubt === 'skip' ? { at: 'done', how: 'believed' } : undefined;
  }
  const { clock, retry } = sender.link;
  for (const waitMs of waitsBeforeLooking(outcome, retry.graceMs ?? defaultGraceMs)) {
    if (waitMs > 0) await clock.sleep(waitMs, sender.signal);
    const found = await findReport(report, lookUp, sender);
    if (found.at === 'stopped') return { at: 'stopped', maybeThere: true };
    if (found.at === 'failed') return { ...found, maybeThere: true };
    if (!found.value) continue;
    const isOurs = kind !== 'exists' && !again && found.value.points === pointsOf(report);
    return isOurs ? { at: 'done', how: 'found' } : replace(report, found.value.id, lookUp, sender);
  }
  if (kind === 'ambiguous') return undefined;
  const isThere = kind === 'exists';
  const notFound = `${reason}; but ${isThere ? 'it lists no such report of ours' : 'it is not listed'}`;
  return { at: 'failed', status, reason: notFound, maybeThere: !isThere };
}

/** How long to wait before each look-up, in milliseconds: as long as the VTN may still be at it, finding nothing proves nothing. */
function waitsBeforeLooking({ kind, status }: Doubtful, graceMs: number): readonly number[] {
  if (kind === 'accepted') return sharesOfGrace.map((share) => share * graceMs);
  return kind === 'ambiguous' && mayBeUnderWay(status) ? [0, graceMs] : [0];
}

/** The VTN has a report of this name, of an earlier time or taken in part: it is to say what this one says. */
async function replace(
  report: Report,
  id: string,
  lookUp: ReportLookUp,
  sender: Sender,
): Promise<SettledReport> {
  const replaced = await sendUntilAnswered(
    lookUp.replace(id, report),
    (response) => lookUp.readReplace(report, response),
    sender,
  );
  if (replaced.at === 'done') return { at: 'done', how: 'found' };
  if (replaced.at === 'stopped') return { at: 'stopped', maybeThere: true };
  return { at: 'failed', status: replaced.status, reason: replaced.reason, maybeThere: true };
}

/** Where `--on-doubt stop` was chosen. */
export function inDoubt(reports: number, reason: string): VenfleetError {
  return new VenfleetError('REPORTS_IN_DOUBT', { reports, problem: reason });
}
