import { driveAll, type Sender } from '../../delivery/sender.ts';
import { settle } from '../../delivery/settle.ts';
import type { EventReporting, ReportedResource } from '../../profiles/events-profile.ts';
import type { Plan } from '../dispatch/plan.ts';
import type { AnswerBook, Pending } from './answer-book.ts';
import { answerKeyOf, notEnded, type OpenReport } from './open-report.ts';
import type { MadeReport, ReportMaker } from './report-maker.ts';
import { piecesOf } from './report-pieces.ts';

export interface SendReport {
  readonly maker: ReportMaker;
  readonly reporting: EventReporting;
  readonly book: AnswerBook;
  readonly sender: Sender;
  /** What is asked of the fleet in the time that the report covers. */
  readonly plan: Plan;
  /** The loads that the report is asked of, by VEN. */
  readonly asked: ReadonlyMap<string, readonly number[]>;
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** A VEN's report as it is to be sent. */
interface VenReport {
  readonly pending: Pending;
  /** It may have been sent before. */
  readonly isDoubtful: boolean;
  readonly made: MadeReport;
}

/** VENs whose reports are made, and noted as on their way, together. */
const together = 16;

/**
 * Sends a report for each VEN that takes part, has not sent it, and whose next try is due; each is looked for by its name first where it may be
 * there. Throws what ends a job.
 */
export async function sendReport(open: OpenReport, how: SendReport): Promise<void> {
  const { asked, sender } = how;
  const nowMs = how.now();
  const due = notEnded(open, asked.keys()).filter((venName) => open.retries.mayTry(venName, nowMs));
  if (due.length === 0) return;
  await driveAll(sender, venReports(open, due, how), (one) => sendOf(open, one, how));
}

async function* venReports(
  open: OpenReport,
  due: readonly string[],
  { maker, plan, asked, book, now }: SendReport,
): AsyncGenerator<VenReport> {
  const { asking, sequence } = open;
  const report = asking.schedule.reportAt(sequence);
  if (!report) return;
  const make = maker.prepare({ asking, report, plan, nowMs: now() });
  for (let from = 0; from < due.length; from += together) {
    const some: VenReport[] = [];
    for (const venName of due.slice(from, from + together)) {
      const made = await make(asked.get(venName) ?? []);
      if (typeof made === 'string') {
        open.problems.set(venName, { end: 'not-sent', reason: made });
        open.retries.failed(venName, now());
        continue;
      }
      open.incomplete.set(venName, made.incomplete);
      const key = answerKeyOf(asking, sequence, venName);
      const pending = { ...key, answer: `${asking.asked.payloadType} ${sequence}` };
      some.push({ pending, isDoubtful: book.before(key) !== undefined, made });
    }
    await book.sending(some.map(({ pending }) => pending));
    yield* some;
  }
}

/** Sends the pieces of a VEN's report one after the other: all of them are there, or it has failed. */
async function sendOf(
  open: OpenReport,
  { pending, isDoubtful, made }: VenReport,
  { reporting, book, sender, now }: SendReport,
): Promise<void> {
  const { venName, kind: name } = pending;
  let end: 'sent' | 'already-there' = 'already-there';
  for (const [piece, resources] of piecesOf(made.resources).entries()) {
    const report = reportOf(open, pending, piece === 0 ? name : `${name}-${piece}`, made, resources);
    const settled = await settle(reporting.report(report, isDoubtful ? 'maybe-sent' : 'none'), sender);
    if (settled.at === 'stopped') return;
    if (settled.at === 'failed') {
      open.problems.set(venName, { end: 'failed', reason: settled.reason });
      open.retries.failed(venName, now());
      return book.record(pending, { state: 'failed', reason: settled.reason });
    }
    if (settled.evidence === 'told') end = 'sent';
  }
  open.ends.set(venName, end);
  open.problems.delete(venName);
  open.retries.forget(venName);
  await book.record(pending, { state: 'sent' });
}

function reportOf(
  { asking: { stored, event } }: OpenReport,
  { venName }: Pending,
  reportName: string,
  { descriptors }: MadeReport,
  resources: readonly ReportedResource[],
) {
  const { programId } = event;
  return { eventId: stored.eventId, programId, venName, reportName, descriptors, resources };
}
