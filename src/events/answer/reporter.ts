import type { Sender } from '../../delivery/sender.ts';
import type { EventReporting, EventsProfile } from '../../profiles/events-profile.ts';
import type { EventNote, EventStore } from '../../store/event-store.ts';
import type { ActingEvent } from '../dispatch/acting-event.ts';
import type { Plan } from '../dispatch/plan.ts';
import type { EventVersion } from '../receive/receiver.ts';
import type { AnswerBook } from './answer-book.ts';
import { type Asking, type AskingEvent, askingOf, versionKey } from './askings.ts';
import { askedOfNobody, dueBeforeHeard, type Unreported, unreportedNotes } from './not-reported.ts';
import { askedByVen, askingEvents, type KnownEvents, planOfTime } from './of-report.ts';
import {
  answerKeyOf,
  endNote,
  notEnded,
  type OpenReport,
  openReport,
  reportKey,
  takePart,
} from './open-report.ts';
import { type Ends, endsOf, mostNotes, notReported, type OwedReport, owedAt } from './owed.ts';
import type { ReportMaker } from './report-maker.ts';
import type { RetryTimes } from './retries.ts';
import { sendReport } from './send-report.ts';

/** How long after it was due, and its event heard of, a report is of use, milliseconds: then it is given up. */
const usefulMs = 86_400_000;
/** Of reports of one reportDescriptor that came due meanwhile so many are sent late, the latest. */
const mostLate = 100;

export interface ReporterOptions {
  readonly store: Pick<EventStore, 'eventNotes'>;
  /** Has it stand in the events' logs. */
  note(notes: readonly EventNote[]): Promise<void>;
  readonly profile: EventsProfile;
  /** Payload types of reports that somebody else sends. */
  readonly others: readonly string[];
  /** The event whose reports are no answers: meter data are filed under it, by whoever reports these. */
  readonly reportedElsewhere?: (() => Promise<string | undefined>) | undefined;
  /** Undefined: nobody makes reports of this kind. */
  makerOf(payloadType: string): ReportMaker | undefined;
  readonly retryTimes: RetryTimes;
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** Sends the reports that events ask for, each when it is due. */
export interface Reporter {
  /**
   * Sends what is due now, and resolves with when more is; undefined: nothing, as far as it is known. Throws what ends a job.
   */
  report(known: KnownEvents, book: AnswerBook, sender: Sender): Promise<number | undefined>;
  /** These are not remembered any more. */
  forgotten(versions: readonly EventVersion[]): void;
}

/** A reportDescriptor of an event version, and what came of it. */
interface Followed {
  readonly asking: Asking;
  readonly ends: Ends;
}

interface State extends ReporterOptions {
  /** By event version. */
  readonly followed: Map<string, readonly Followed[]>;
  /** Past versions of which nothing is owed any more. */
  readonly finished: Set<string>;
  readonly open: Map<string, OpenReport>;
}

interface Round {
  readonly known: KnownEvents;
  readonly book: AnswerBook;
  readonly sender: Sender;
}

export function createReporter(options: ReporterOptions): Reporter {
  const state: State = { ...options, followed: new Map(), finished: new Set(), open: new Map() };
  return {
    report: (known, book, sender) => reportAll(state, { known, book, sender }),
    forgotten(versions) {
      for (const stored of versions) state.finished.delete(versionKey({ stored }));
    },
  };
}

async function reportAll(state: State, round: Round): Promise<number | undefined> {
  const { followed, finished, open } = state;
  const times: number[] = [];
  const met = new Set<string>();
  const elsewhere = await state.reportedElsewhere?.();
  for (const { event, acting } of askingEvents(round.known, finished, elsewhere)) {
    const key = versionKey(event);
    met.add(key);
    const all = followed.get(key) ?? (await follow(state, event, round.known.plan, acting));
    followed.set(key, all);
    const next = [];
    for (const one of all) next.push(...(await reportOwed(state, one, acting, round)));
    if (round.sender.signal.aborted) return undefined;
    if (!acting && next.length === 0) finished.add(key);
    times.push(...next);
  }
  for (const report of [...open.values()])
    if (!met.has(versionKey(report.asking)))
      await end(state, report, 'the event was changed or taken back before');
  for (const key of followed.keys()) if (!met.has(key) || finished.has(key)) followed.delete(key);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** Works out what a version asks for, and has it noted what of that nobody sends. */
async function follow(
  state: State,
  event: AskingEvent,
  plan: Plan,
  acting: ActingEvent | undefined,
): Promise<Followed[]> {
  const { store, profile, note, now } = state;
  const log = await store.eventNotes(event.stored.eventId, mostNotes);
  const { askings, unreported } = askedBy(event, state);
  const nobody = acting ? askedOfNobody(plan, acting, profile) : [];
  const all = [...unreported, ...nobody, ...askings.flatMap(dueBeforeHeard)];
  await note(unreportedNotes(event, all, log, now()));
  return askings.map((asking) => ({ asking, ends: endsOf(asking, log) }));
}

function askedBy(event: AskingEvent, { profile, others, makerOf }: ReporterOptions) {
  const askings: Asking[] = [];
  const unreported: Unreported[] = [];
  for (const [descriptor, asked] of event.event.askedReports.entries()) {
    const maker = makerOf(asked.payloadType);
    const add = (reason: string) => unreported.push({ descriptor, asked, reason });
    if (!profile.reporting) add('this kind of VTN takes no reports on events');
    else if (others.includes(asked.payloadType)) continue;
    else if (!maker) add('venfleet does not make reports of this kind on events');
    else {
      const problem = maker.whyNot(asked);
      const found = problem === undefined ? askingOf(event, descriptor) : { ok: false as const, problem };
      if (found.ok) askings.push(found.asking);
      else add(found.problem);
    }
  }
  return { askings, unreported };
}

/** Sends what is owed of one reportDescriptor, and says when there is more to do. */
async function reportOwed(
  state: State,
  { asking, ends }: Followed,
  acting: ActingEvent | undefined,
  round: Round,
): Promise<number[]> {
  const { owed, nextMs } = owedAt(asking, ends, state.now());
  const times = nextMs === undefined ? [] : [nextMs];
  const tooLate = owed.slice(0, Math.max(0, owed.length - mostLate));
  await noteTooLate(state, asking, tooLate);
  for (const { sequence } of tooLate) ends.add(sequence);
  for (const one of owed.slice(tooLate.length)) {
    if (round.sender.signal.aborted) break;
    const reaching = acting ?? round.known.past.acting(asking.stored.eventId);
    const againMs = await sendOne(state, asking, one, reaching, round);
    if (againMs === undefined) ends.add(one.sequence);
    else times.push(againMs);
  }
  return times;
}

/** Sends one report; says when to go on with it, undefined: it has ended. */
async function sendOne(
  state: State,
  asking: Asking,
  owed: OwedReport,
  acting: ActingEvent | undefined,
  { known, book, sender }: Round,
): Promise<number | undefined> {
  const { open, profile, retryTimes, makerOf, now } = state;
  const key = reportKey(asking, owed.sequence);
  const report = open.get(key) ?? openReport(asking, owed, retryTimes);
  open.set(key, report);
  const asked = acting ? askedByVen(asking, acting, known.plan, profile) : new Map<string, number[]>();
  const lastMs = Math.max(owed.dueMs, asking.stored.receivedMs) + usefulMs;
  // The event may be over, or have come since the round began.
  await book.open(asking.stored);
  takePart(report, asked.keys(), book);
  if (now() < lastMs) {
    const plan = planOfTime(asking, owed, known);
    const [maker, reporting] = [makerOf(asking.asked.payloadType), profile.reporting];
    const by = { maker: maker as ReportMaker, reporting: reporting as EventReporting };
    await sendReport(report, { ...by, book, sender, plan, asked, now });
    const isLeft = notEnded(report, asked.keys()).length > 0;
    if (sender.signal.aborted || (isLeft && now() < lastMs))
      return Math.min(report.retries.nextMs() ?? lastMs, lastMs);
  }
  await end(state, report, 'its use had passed before it could be sent');
  // The log has what came of all of them; who sent the last one stays to be read.
  const former = [...report.ends.keys()].map((ven) => answerKeyOf(asking, owed.sequence - 1, ven));
  await book.forget(former.filter((one) => book.before(one)?.state === 'sent'));
  return undefined;
}

/** Has it noted what came of a report. `otherwise`: why those did not send it of which no other reason is known. */
async function end({ note, open, now }: State, report: OpenReport, otherwise: string): Promise<void> {
  await note([endNote(report, now(), otherwise)]);
  open.delete(reportKey(report.asking, report.sequence));
}

async function noteTooLate(
  { note, open, now }: State,
  asking: Asking,
  tooLate: readonly OwedReport[],
): Promise<void> {
  const [first, last] = [tooLate[0], tooLate.at(-1)];
  if (!first || !last) return;
  const { stored, asked, descriptor } = asking;
  const detail = {
    ...{ payloadType: asked.payloadType, descriptor, from: first.sequence, until: last.sequence + 1 },
    ...{ reports: tooLate.length, reason: `only the latest ${mostLate} that came due meanwhile are sent` },
  };
  const { eventId, version } = stored;
  await note([{ eventId, version, atMs: now(), what: notReported, detail }]);
  for (const { sequence } of tooLate) open.delete(reportKey(asking, sequence));
}
