import { assertAccounted } from '../../core/account.ts';
import { flattened } from '../../core/async-iterables.ts';
import { createFailureBound, defaultMaxFailures, type FailureBound } from '../../delivery/failure-bound.ts';
import { createRecorder, type Recorder } from '../../delivery/recorder.ts';
import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import { createSender, driveAll, type Sender } from '../../delivery/sender.ts';
import type { VtnLink } from '../../delivery/vtn-link.ts';
import type { Enrolling, EventsProfile } from '../../profiles/events-profile.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { FleetScope, FleetStore } from '../../store/fleet-store.ts';
import { createEnrolTally, type EnrolResult, type EnrolTally } from './enrol-counts.ts';
import type { EnrolEvent, EnrolledProgram, EnrolSummary } from './enrol-events.ts';
import { findProgram } from './find-program.ts';
import { type LoadToEnrol, loadsToEnrol } from './loads-to-enrol.ts';

/** Which loads of a fleet. */
export interface EnrolScope extends FleetScope {
  /** Only loads of these components: `load_0` … Undefined: of all. */
  readonly components?: readonly string[] | undefined;
}

export interface EnrolRequest {
  /** With exclusive access to the fleet. */
  readonly store: FleetStore & Pick<EventStore, 'enrolledOf' | 'recordEnrolled'>;
  readonly link: VtnLink;
  readonly profile: Pick<EventsProfile, 'programListings'>;
  readonly enrolling: Enrolling;
  /** The VTN's id of the program, or its name. */
  readonly program: string;
  readonly scope?: EnrolScope | undefined;
  /** Also what the database has as enrolled. */
  readonly again?: boolean | undefined;
  /** How many loads may fail for one reason before any succeeds; see `createFailureBound`. Default 300. */
  readonly maxFailures?: number | undefined;
  /** Stops the run: what is in flight is finished and stored, nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: EnrolEvent) => void) | undefined;
}

/**
 * Enrols every registered load of the scope in a program that is not enrolled yet. One load's failure never stops the others,
 * and a further run goes on from what is stored: a lost answer is no harm, since to enrol a load twice is to enrol it once. Throws
 * PROGRAM_UNKNOWN, EVENT_REFUSED, TOO_MANY_FAILURES, LOADS_UNACCOUNTED, and what makes the whole run pointless (see `exchange`).
 */
export async function enrolLoads(request: EnrolRequest): Promise<EnrolSummary> {
  const { store, link, profile, scope = {}, signal, onEvent: emit = () => undefined } = request;
  const startedAt = link.clock.monotonic();
  const harmless = () => profile.programListings().map((listing) => listing.page(0));
  const sender = createSender(link, { kind: 'enrolment', signal, harmless });
  const vens = await store.countByVen(scope);
  const venNames = vens.map(({ venName }) => venName);
  const tally = createEnrolTally(vens, emit);
  const program = await findProgram(request.program, profile, sender);
  const summary = (interrupted: boolean) =>
    tally.summary({
      ...{ interrupted, program: program ?? null, waits: link.waits.totals() },
      elapsedMs: link.clock.monotonic() - startedAt,
    });
  if (!program) return summary(true);
  emit({ type: 'started', program, ...tally.size });
  try {
    await enrolAll(request, program, venNames, sender, tally);
    if (!signal?.aborted) assertAccounted(tally.accounts());
  } catch (error) {
    emit({ type: 'broken-off', summary: summary(true) });
    throw error;
  }
  return summary(signal?.aborted ?? false);
}

/** Stores what it learned, also where it throws. */
async function enrolAll(
  { store, link, enrolling, scope = {}, again = false, maxFailures = defaultMaxFailures }: EnrolRequest,
  { id: programId }: EnrolledProgram,
  venNames: readonly (string | null)[],
  sender: Sender,
  tally: EnrolTally,
): Promise<void> {
  const recorder = createRecorder<EnrolResult>(
    {
      async write(results) {
        const enrolled = results.filter(({ failure }) => !failure).map(({ load }) => load);
        await store.recordEnrolled(programId, enrolled);
        return results;
      },
      stored: tally.stored,
      broken: sender.stop,
    },
    link.clock,
  );
  const bound = createFailureBound(maxFailures, venNames.length, {});
  const { components } = scope;
  const query = { store, programId, components, again, onPassedOver: tally.passedOver };
  const enrolment = { enrolling, programId, sender, recorder, bound };
  try {
    await driveAll(sender, flattened(loadsToEnrol(venNames, query)), (load) => enrolLoad(load, enrolment));
  } finally {
    await recorder.finish();
  }
}

async function enrolLoad(
  load: LoadToEnrol,
  {
    enrolling,
    programId,
    sender,
    recorder,
    bound,
  }: {
    readonly enrolling: Enrolling;
    readonly programId: string;
    readonly sender: Sender;
    readonly recorder: Recorder<EnrolResult>;
    readonly bound: FailureBound;
  },
): Promise<void> {
  const { request, read } = enrolling.enrol(programId, load.vtnResourceId);
  const answered = await sendUntilAnswered(request, read, sender);
  if (answered.at === 'stopped') return;
  if (answered.at === 'done') {
    bound.succeeded();
    return recorder.add({ load, failure: undefined });
  }
  const { status, reason } = answered;
  recorder.add({ load, failure: { status, reason } });
  bound.failed({ ...load, status, reason });
}
