import { VenfleetError } from '../core/errors.ts';
import { sendUntilAnswered } from '../delivery/send-until-answered.ts';
import { createSender, type Sender } from '../delivery/sender.ts';
import { type Creation, settle } from '../delivery/settle.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import {
  type AnchorLook,
  type AnchorNames,
  type AnchorProfile,
  defaultAnchorNames,
  type ShownAnchor,
} from '../profiles/anchor-profile.ts';
import type { ReportAnchor, ReportingStore } from '../store/reporting-store.ts';

export interface PrepareRequest {
  readonly store: Pick<ReportingStore, 'reportAnchor' | 'setReportAnchor'>;
  readonly link: VtnLink;
  readonly profile: AnchorProfile;
  /** Take the program of this id. */
  readonly programId?: string | undefined;
  /** Take the event of this id, and its program. */
  readonly eventId?: string | undefined;
  /** Find those of these names, or make them, whatever was reported under before. */
  readonly names?: Partial<AnchorNames> | undefined;
  /** Stops it: what was made until then is found by its name the next time. */
  readonly signal?: AbortSignal | undefined;
}

/** A program or event that reports are filed under. */
export interface PreparedObject {
  readonly id: string;
  /** Null where the VTN does not tell. */
  readonly name: string | null;
  /** It was made just now; else it was there. */
  readonly made: boolean;
}

export interface PreparedReports {
  readonly program: PreparedObject;
  readonly event: PreparedObject;
  /** What reports were filed under before, where that is another event. `isGone`: the VTN was found not to have it any more. */
  readonly former: (ReportAnchor & { readonly isGone: boolean }) | null;
}

/**
 * Makes sure that the VTN has a program and an event to file reports under, and remembers them: those that are named by
 * their ids; else those that are remembered, where the VTN still has them; else those of these names, which are made
 * where they are not there. Undefined where it was aborted. Throws REPORT_ANCHOR_UNKNOWN, REPORT_PREPARE, and what ends a
 * job (see `exchange`).
 */
export async function prepareReports(request: PrepareRequest): Promise<PreparedReports | undefined> {
  const { store, link, signal } = request;
  const harmless = () => [request.profile.program(defaultAnchorNames).find(0, 0)];
  const sender = createSender(link, { kind: 'anchor', signal, harmless });
  const stored = await store.reportAnchor();
  try {
    const kept = asksForOthers(request) ? undefined : stored && (await stillThere(stored, request, sender));
    if (kept) return { ...kept, former: null };
    const found = await anchorOf(request, sender);
    const anchor = { programId: found.program.id, eventId: found.event.id };
    await store.setReportAnchor(anchor);
    const isOther = stored !== undefined && stored.eventId !== anchor.eventId;
    return { ...found, former: isOther ? { ...stored, isGone: !asksForOthers(request) } : null };
  } catch (error) {
    if (error instanceof Stopped) return undefined;
    throw error;
  }
}

/** The job was aborted. */
class Stopped extends Error {}

type Anchor = Pick<PreparedReports, 'program' | 'event'>;

const asksForOthers = ({ programId, eventId, names }: PrepareRequest) =>
  programId !== undefined || eventId !== undefined || names !== undefined;

async function stillThere(
  stored: ReportAnchor,
  request: PrepareRequest,
  sender: Sender,
): Promise<Anchor | undefined> {
  const shown = await shownEvent(stored.eventId, request, sender);
  return shown && there(stored, shown, request, sender);
}

async function anchorOf(request: PrepareRequest, sender: Sender): Promise<Anchor> {
  const { programId, eventId, profile } = request;
  if (eventId !== undefined) return namedEvent(eventId, programId, request, sender);
  const names = { ...defaultAnchorNames, ...request.names };
  const program = await programOf(request, names, sender);
  const event = await settled(profile.event(names, program.id), 'event', names.eventName, sender);
  return { program, event };
}

async function programOf(
  { programId, profile }: PrepareRequest,
  names: AnchorNames,
  sender: Sender,
): Promise<PreparedObject> {
  if (programId === undefined) return settled(profile.program(names), 'program', names.programName, sender);
  const shown = await lookAt(profile.programOfId(programId), `program "${programId}"`, sender);
  if (!shown) throw unknown(sender, `does not know program "${programId}"`);
  return { id: programId, name: shown.name ?? null, made: false };
}

async function namedEvent(
  eventId: string,
  programId: string | undefined,
  request: PrepareRequest,
  sender: Sender,
): Promise<Anchor> {
  const shown = await shownEvent(eventId, request, sender);
  if (!shown) throw unknown(sender, `does not know event "${eventId}"`);
  const its = shown.programId ?? programId;
  if (its === undefined) throw unknown(sender, `does not say which program event "${eventId}" is of`);
  if (programId !== undefined && its !== programId)
    throw unknown(sender, `has event "${eventId}" in program "${its}", not in "${programId}"`);
  return there({ programId: its, eventId }, shown, request, sender);
}

/** Both as they are; the program's name only where the VTN shows it. */
async function there(
  { programId, eventId }: ReportAnchor,
  event: ShownAnchor,
  { profile }: PrepareRequest,
  sender: Sender,
): Promise<Anchor> {
  const program = await lookAt(profile.programOfId(programId), `program "${programId}"`, sender);
  return {
    program: { id: programId, name: program?.name ?? null, made: false },
    event: { id: eventId, name: event.name ?? null, made: false },
  };
}

const shownEvent = (eventId: string, { profile }: PrepareRequest, sender: Sender) =>
  lookAt(profile.eventOfId(eventId), `event "${eventId}"`, sender);

async function lookAt(look: AnchorLook, what: string, sender: Sender): Promise<ShownAnchor | undefined> {
  const answer = await sendUntilAnswered(look.request, look.read, sender);
  if (answer.at === 'stopped') throw new Stopped();
  if (answer.at === 'failed') throw failed(sender, `show ${what}`, answer.reason);
  return answer.value;
}

async function settled(
  thing: Creation,
  what: 'program' | 'event',
  name: string,
  sender: Sender,
): Promise<PreparedObject> {
  const end = await settle(thing, sender);
  if (end.at === 'stopped') throw new Stopped();
  if (end.at === 'failed') throw failed(sender, `take ${what} "${name}"`, end.reason);
  return { id: end.id, name, made: end.evidence === 'told' };
}

function failed({ transport: { url } }: Sender, task: string, problem: string): VenfleetError {
  return new VenfleetError('REPORT_PREPARE', { url, task, problem });
}

function unknown({ transport: { url } }: Sender, problem: string): VenfleetError {
  return new VenfleetError('REPORT_ANCHOR_UNKNOWN', { url, problem });
}
