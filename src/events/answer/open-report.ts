import { assertAccounted } from '../../core/account.ts';
import { shortHash } from '../../core/short-hash.ts';
import type { EventNote } from '../../store/event-store.ts';
import type { AnswerBook, AnswerKey } from './answer-book.ts';
import { type Asking, versionKey } from './askings.ts';
import { type OwedReport, reported } from './owed.ts';
import { createRetries, type Retries, type RetryTimes } from './retries.ts';

/** What became of a VEN's part in a report. `not-sent`: it could not be made. */
export type VenEnd = 'sent' | 'already-there' | 'failed' | 'not-sent';

/** A report that is under way: each VEN sends its own part. */
export interface OpenReport extends OwedReport {
  readonly asking: Asking;
  /** The VENs that it is asked of; undefined: not ended. */
  readonly ends: Map<string, Extract<VenEnd, 'sent' | 'already-there'> | undefined>;
  /** Why those did not that have not ended: the VTN did not take it, or it could not be made. */
  readonly problems: Map<string, { readonly end: 'failed' | 'not-sent'; readonly reason: string }>;
  readonly retries: Retries;
  /** Loads of which nothing is told, or not of all intervals, by VEN. */
  readonly incomplete: Map<string, number>;
}

export function openReport(asking: Asking, owed: OwedReport, retryTimes: RetryTimes): OpenReport {
  const retries = createRetries(retryTimes);
  return { ...owed, asking, ends: new Map(), problems: new Map(), retries, incomplete: new Map() };
}

/** Tells reports apart. */
export function reportKey(asking: Asking, sequence: number): string {
  return `${versionKey(asking)} ${asking.descriptor} ${sequence}`;
}

/** By what the answer book knows a VEN's part in a report: the name of the report, or of the first piece of it. */
export function answerKeyOf(asking: Asking, sequence: number, venName: string): AnswerKey {
  const { eventId, version } = asking.stored;
  return { eventId, version, venName, kind: reportNameOf(asking, sequence, venName) };
}

/** The same for the same report every time; at most 128 characters, whatever the id of the event. */
function reportNameOf(
  { stored: { eventId, version }, descriptor }: Asking,
  sequence: number,
  venName: string,
): string {
  const id = eventId.length > 64 ? shortHash(eventId) : eventId;
  return `report-${id}-v${version}-d${descriptor}-${sequence}-${shortHash(venName)}`;
}

/** Has these VENs take part; what was said before, perhaps by an earlier process, is taken from the book. */
export function takePart(open: OpenReport, venNames: Iterable<string>, book: AnswerBook): void {
  const asked = new Set(venNames);
  for (const venName of asked) {
    if (open.ends.has(venName)) continue;
    const before = book.before(answerKeyOf(open.asking, open.sequence, venName));
    open.ends.set(venName, before?.state === 'sent' ? 'sent' : undefined);
    if (before?.state === 'failed')
      open.problems.set(venName, { end: 'failed', reason: before.reason ?? 'it failed' });
  }
  for (const [venName, end] of open.ends) {
    if (asked.has(venName)) continue;
    open.retries.forget(venName);
    if (end === undefined && !open.problems.has(venName))
      open.problems.set(venName, { end: 'not-sent', reason: 'none of its loads is meant any more' });
  }
}

/** Of these VENs, those that have not ended. */
export function notEnded({ ends }: OpenReport, venNames: Iterable<string>): string[] {
  return [...venNames].filter((venName) => ends.get(venName) === undefined);
}

/**
 * What the event's log has of a report that has ended: asked = sent + already there + failed + not sent, counted by VEN. `otherwise`:
 * why those did not send it of which no other reason is known.
 */
export function endNote(open: OpenReport, atMs: number, otherwise: string): EventNote {
  const { asking, sequence, dueMs, ends, problems, incomplete } = open;
  const { stored, asked, descriptor, event } = asking;
  const counts = { sent: 0, 'already-there': 0, failed: 0, 'not-sent': 0 };
  const reasons = new Map<string, number>();
  for (const [venName, ended] of ends) {
    const { end, reason } = problems.get(venName) ?? { end: 'not-sent' as const, reason: otherwise };
    counts[ended ?? end]++;
    if (ended === undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const { sent, 'already-there': alreadyThere, failed, 'not-sent': notSent } = counts;
  const of = `report ${sequence} on event ${event.id}`;
  assertAccounted([{ of, total: ends.size, done: sent, alreadyThere, failed, skipped: notSent }]);
  const incompleteLoads = [...incomplete.values()].reduce((sum, one) => sum + one, 0);
  return {
    ...{ eventId: stored.eventId, version: stored.version, atMs, what: reported },
    detail: {
      ...{ payloadType: asked.payloadType, descriptor, report: sequence },
      due: new Date(dueMs).toISOString(),
      ...{ asked: ends.size, sent, alreadyThere, failed, notSent },
      ...(incompleteLoads > 0 && { incompleteLoads }),
      ...(reasons.size > 0 && { reasons: Object.fromEntries([...reasons].slice(0, 10)) }),
    },
  };
}
