import { shortHash } from '../../core/short-hash.ts';
import { driveAll, type Sender } from '../../delivery/sender.ts';
import { settle } from '../../delivery/settle.ts';
import type { AskedReport } from '../../fleet/grid-event.ts';
import type { EventReport, EventReporting, EventsProfile } from '../../profiles/events-profile.ts';
import type { ActingEvent } from '../dispatch/acting-event.ts';
import type { Plan } from '../dispatch/plan.ts';
import { type AnswerBook, keyOf, type Pending } from './answer-book.ts';
import { reachedByVen } from './answer-of.ts';
import { askedOf } from './asked-of.ts';
import { aggregatedReport } from './report-maker.ts';
import { each } from './respond.ts';
import type { Retries } from './retries.ts';

/** Reports that say that an event has come, and nothing else; private ones, of OpenADR servers and demonstrations. */
export const acknowledgements: readonly string[] = ['POWER_LIMIT_ACKNOWLEDGEMENT', 'ACK'];

interface Acknowledgement extends Pending {
  readonly report: EventReport;
}

/**
 * Sends the acknowledgements that events ask for, one report for each VEN and event version: of each load that the event reaches,
 * or of all together. What may have been sent before is looked for by its name first; what failed is tried again when it is time.
 * Resolves with the keys of all that was not acknowledged before. Throws what ends a job.
 */
export async function acknowledge(
  plan: Plan,
  profile: EventsProfile & { readonly reporting: EventReporting },
  {
    types,
    book,
    sender,
    retries,
    now,
  }: {
    readonly types: readonly string[];
    readonly book: AnswerBook;
    readonly sender: Sender;
    readonly retries: Retries;
    now(): number;
  },
): Promise<string[]> {
  const pending = plan.events.flatMap((acting) => pendingOf(plan, acting, profile, { types, book }));
  const keys = pending.map(keyOf);
  const all = pending.filter((one) => retries.mayTry(keyOf(one), now()));
  if (all.length === 0) return keys;
  // What failed before may have arrived all the same.
  const doubtful = new Set(all.filter((one) => book.before(one) !== undefined).map(keyOf));
  await book.sending(all.map(({ report: _, ...pending }) => pending));
  await driveAll(sender, each(all), async ({ report, ...pending }) => {
    const trace = doubtful.has(keyOf(pending)) ? 'maybe-sent' : 'none';
    const settled = await settle(profile.reporting.report(report, trace), sender);
    if (settled.at === 'mapped') {
      retries.forget(keyOf(pending));
      await book.ended(pending, { state: 'sent' });
    } else if (settled.at === 'failed') {
      retries.failed(keyOf(pending), now());
      await book.ended(pending, { state: 'failed', reason: settled.reason });
    }
  });
  return keys;
}

function pendingOf(
  plan: Plan,
  acting: ActingEvent,
  profile: EventsProfile,
  { types, book }: { readonly types: readonly string[]; readonly book: AnswerBook },
): Acknowledgement[] {
  const { event, stored } = acting;
  const { eventId, version } = stored;
  const asked = event.askedReports.filter(({ payloadType }) => types.includes(payloadType));
  if (asked.length === 0) return [];
  const open = [...reachedByVen(plan, acting)].flatMap(([venName, loads]) => {
    const pending = { eventId, version, venName, kind: reportNameOf(eventId, version, venName) };
    return book.before(pending)?.state === 'sent' ? [] : [{ pending, loads }];
  });
  if (open.length === 0) return [];
  const parts = asked.map((one) => ({ asked: one, isAmong: askedOf(one, plan, acting, profile) }));
  return open.flatMap(({ pending, loads }) => {
    const ofVen = parts.filter(({ isAmong }) => loads.some(isAmong));
    if (ofVen.length === 0) return [];
    const { venName, kind: reportName } = pending;
    const descriptors = ofVen.map(({ asked: { payloadType, readingType, units } }) => ({
      ...{ payloadType, readingType, units },
      currency: null,
    }));
    const answer = descriptors.map(({ payloadType }) => payloadType).join(' ');
    const resources = resourcesOf(plan, loads, ofVen);
    const { programId } = event;
    const report = { eventId, programId, venName, reportName, descriptors, resources };
    return [{ ...pending, answer, report }];
  });
}

function resourcesOf(
  plan: Plan,
  loads: readonly number[],
  among: readonly { readonly asked: AskedReport; isAmong(load: number): boolean }[],
): EventReport['resources'] {
  const typesOf = new Map<string, Set<string>>();
  for (const { asked, isAmong } of among)
    for (const load of loads) {
      if (!isAmong(load)) continue;
      const name = asked.aggregate ? aggregatedReport : plan.load(load).resourceName();
      typesOf.set(name, (typesOf.get(name) ?? new Set()).add(asked.payloadType));
      if (asked.aggregate) break;
    }
  return [...typesOf].map(([resourceName, types]) => ({
    resourceName,
    intervals: [{ id: 0, payloads: [...types].map((type) => ({ type, values: [true] })) }],
  }));
}

/** At most 128 characters, whatever the id of the event. */
function reportNameOf(eventId: string, version: number, venName: string): string {
  const id = eventId.length > 80 ? shortHash(eventId) : eventId;
  return `ack-${id}-v${version}-${shortHash(venName)}`;
}
