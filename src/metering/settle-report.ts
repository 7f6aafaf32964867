import { VenfleetError } from '../core/errors.ts';
import { exchange } from '../delivery/exchange.ts';
import { sendUntilAnswered } from '../delivery/send-until-answered.ts';
import type { Sender } from '../delivery/sender.ts';
import { givenUp, mayGiveUp, triesOf, waitBeforeRetry } from '../delivery/tries.ts';
import type { MeteringProfile, Report, ReportLookUp, ReportOutcome } from '../profiles/metering-profile.ts';
import type { DoubtChoice } from './doubt-choices.ts';
import { findReport } from './find-reports.ts';

/** How one report ended. */
export type SettledReport =
  /** `how`: taken at once, found where its answer was lost, or believed to be there (`skip`). */
  | { readonly at: 'done'; readonly how: 'told' | 'found' | 'believed' }
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
}

/**
 * Brings one report to its end: on the VTN once, or failed with a reason. One whose answer was lost is looked for before
 * it is sent again, where the VTN can be asked; where it cannot, `onDoubt` says what to do. Throws what ends the whole job (see `exchange`),
 * and REPORTS_IN_DOUBT.
 */
export async function settleReport(report: Report, settling: ReportSettling): Promise<SettledReport> {
  const { profile, sender } = settling;
  const { lookUp } = profile;
  let maybeThere = false;
  let failures = 0;
  let throttles = 0;
  for (;;) {
    const outcome = await exchange<ReportOutcome, 'ambiguous'>(
      () => profile.report(report),
      (response) => profile.readReport(report, response),
      'ambiguous',
      sender,
    );
    if (outcome === undefined) return { at: 'stopped', maybeThere };
    switch (outcome.kind) {
      case 'created':
        return { at: 'done', how: 'told' };
      case 'refused':
      case 'nonsense': {
        const { status, reason } = outcome;
        return 'isTooLarge' in outcome
          ? { at: 'too-large', status, reason }
          : { at: 'failed', status, reason, maybeThere: maybeThere || outcome.kind === 'nonsense' };
      }
      case 'exists':
        if (!lookUp) return { at: 'failed', status: outcome.status, reason: outcome.reason, maybeThere };
        return replaceThere(report, lookUp, outcome, sender);
      case 'ambiguous': {
        maybeThere = true;
        const ended = await afterLostAnswer(report, outcome.reason, settling);
        if (ended) return ended;
        break;
      }
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

/** Looks for a report whose answer was lost, as long as it may be on its way; undefined: it is to be sent again. */
async function afterLostAnswer(
  report: Report,
  reason: string,
  { profile: { lookUp }, sender, onDoubt }: ReportSettling,
): Promise<SettledReport | undefined> {
  if (!lookUp) {
    if (onDoubt === 'stop') throw inDoubt(1, reason);
    return onDoubt === 'skip' ? { at: 'done', how: 'believed' } : undefined;
  }
  const { retry, clock } = sender.link;
  for (const waitMs of [0, retry.graceMs ?? 0]) {
    if (waitMs > 0) await clock.sleep(waitMs, sender.signal);
    const found = await findReport(report, lookUp, sender);
    if (found.at === 'stopped') return { at: 'stopped', maybeThere: true };
    if (found.at === 'failed') return { ...found, maybeThere: true };
    if (found.value) return { at: 'done', how: 'found' };
  }
  return undefined;
}

/** The VTN has a report of that name: ours, of an earlier time. It is to say what this one says. */
async function replaceThere(
  report: Report,
  lookUp: ReportLookUp,
  { status, reason }: { readonly status: number; readonly reason: string },
  sender: Sender,
): Promise<SettledReport> {
  const found = await findReport(report, lookUp, sender);
  if (found.at === 'stopped') return { at: 'stopped', maybeThere: true };
  if (found.at === 'failed') return { ...found, maybeThere: true };
  if (!found.value) {
    return {
      at: 'failed',
      status,
      reason: `${reason}; but it lists no such report of ours`,
      maybeThere: false,
    };
  }
  const { id } = found.value;
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
