import { createFailureBound, defaultMaxFailures } from '../delivery/failure-bound.ts';
import { createSender, type Sender } from '../delivery/sender.ts';
import type { VtnLink } from '../delivery/vtn-link.ts';
import type { TimeSpan } from '../fleet/readings.ts';
import type { MeteringProfile } from '../profiles/metering-profile.ts';
import type { RegistrationProfile } from '../profiles/registration-profile.ts';
import type { FleetStore } from '../store/fleet-store.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import type { ReportingStore, ReportScope } from '../store/reporting-store.ts';
import type { DoubtChoice } from './doubt-choices.ts';
import { withReferences } from './load-references.ts';
import { planReports, type ReportPlan } from './plan-reports.ts';
import { createToldSample, proveReports } from './prove-reports.ts';
import { rememberUnsent } from './remember-unsent.ts';
import { createReportCounter, type ReportCounter } from './report-counter.ts';
import type { ReportEvent, ReportSummary } from './report-events.ts';
import { createReportNotes, notedReports } from './report-notes.ts';
import { createReportRecorder } from './report-results.ts';
import { createReportSize } from './report-size.ts';
import { reportsByLoad } from './reports-by-load.ts';
import { reportsByVen } from './reports-by-ven.ts';
import { sendReports } from './send-reports.ts';
import type { SeriesEncoder } from './series-encoder.ts';
import { noDoubts, settleDoubts } from './settle-doubts.ts';

/** Which readings to report, with what, and of whom. */
export interface ReportRequest {
  readonly store: ReportingStore & Pick<FleetStore, 'sitesOfVen'> & Pick<RegistrationStore, 'venIds'>;
  readonly encoder: SeriesEncoder;
  readonly link: VtnLink;
  readonly profile: MeteringProfile;
  /** How a VEN is asked for: to see whether it is the VTN, or one report, that it refuses. */
  readonly vens: Pick<RegistrationProfile, 'findVen'>;
  readonly scope?: ReportScope | undefined;
  /** Only readings whose intervals begin in it; of a series with this step, milliseconds. Default: all. */
  readonly spanOf?: ((stepMs: number) => TimeSpan) | undefined;
  /** Before and after what it goes: see `Traffic`. Default `bulk`. */
  readonly lane?: 'usual' | 'bulk' | undefined;
  /** See `Waiter`. Default: it gives up. */
  readonly whenDown?: 'give-up' | 'wait' | undefined;
  /** Report again what was reported before. */
  readonly again?: boolean | undefined;
  /** Send nothing and store nothing; count what would be sent. */
  readonly dryRun?: boolean | undefined;
  /** Default `resend`. */
  readonly onDoubt?: DoubtChoice | undefined;
  /** Bytes that the body of a report may have. */
  readonly mostBytes: number;
  /** How many loads may fail for one reason before any succeeds; see `createFailureBound`. Default 300. */
  readonly maxFailures?: number | undefined;
  /** Stops the job: what is in flight is finished and stored, nothing more is begun. */
  readonly signal?: AbortSignal | undefined;
  /** Called once before the first request, and not at all where there is nothing to send; may throw. */
  readonly beforeSending?: (() => Promise<void>) | undefined;
  readonly onEvent?: ((event: ReportEvent) => void) | undefined;
}

/** VENs that are asked for, at most, to see how the VTN is. */
const mostAsked = 3;

/**
 * Bytes of reports that may be in flight where the window follows the VTN: they are in memory. More than that helps no VTN
 * that can be reached within a second. But so many reports in any case.
 */
const bytesInFlight = 32_000_000;
const leastInFlight = 4;

const always: TimeSpan = { fromMs: Number.MIN_SAFE_INTEGER, untilMs: Number.MAX_SAFE_INTEGER };

/**
 * Reports all readings of the loads of the scope that were not reported yet. One report's failure never stops the others.
 * Throws a VenfleetError for what makes the whole job pointless (see `exchange`), METER_FILE, TOO_MANY_FAILURES,
 * REPORTS_IN_DOUBT, REPORTS_LOST, and LOADS_UNACCOUNTED; what was learned before is stored, and a further job goes on from there.
 */
export async function reportNew(request: ReportRequest): Promise<ReportSummary> {
  const {
    store,
    link,
    profile,
    lane = 'bulk',
    whenDown = 'give-up',
    signal,
    dryRun = false,
    onDoubt = 'resend',
  } = request;
  const { clock } = link;
  const startedAt = clock.monotonic();
  const emit = request.onEvent ?? (() => undefined);
  const venNames = new Set<string>();
  const harmless = () => [...venNames].slice(0, mostAsked).map((venName) => request.vens.findVen(venName));
  const kind = `report ${profile.kind}`;
  const most = mostInFlight(profile, request.mostBytes);
  const sender = createSender(link, { kind, most, lane, whenDown, signal, harmless });
  const concerns = (venName: string) => void venNames.add(venName);
  const doubts = dryRun ? noDoubts : await settleDoubts({ store, profile, sender, onDoubt, concerns });
  const { plan, references } = await plannedWithReferences(request, doubts.unsettled);
  for (const { loads } of plan.tasks) for (const { venName } of loads) concerns(venName ?? '');
  const counter = createReportCounter(plan, doubts, emit);
  const summary = (interrupted: boolean) =>
    counter.summary({
      interrupted,
      dryRun,
      waits: link.waits.totals(),
      elapsedMs: clock.monotonic() - startedAt,
    });
  if (dryRun) return summary(signal?.aborted ?? false);
  try {
    if (plan.tasks.length > 0) await sendAll({ ...request, onDoubt }, plan, references, sender, counter);
    // Not where the job ends with an error, which is then what is wrong.
    await rememberUnsent(store, profile.kind, plan);
    if (!signal?.aborted) counter.assertAllEnded();
  } catch (error) {
    emit({ type: 'broken-off', summary: summary(true) });
    throw error;
  }
  return summary(signal?.aborted ?? false);
}

/** How many reports may be in flight. One of a load alone has not more readings than the profile allows, and may be small. */
function mostInFlight({ reportIsOf, mostPoints, bytesPerPoint }: MeteringProfile, mostBytes: number): number {
  const bytes = reportIsOf === 'load' ? Math.min(mostBytes, mostPoints * bytesPerPoint) : mostBytes;
  return Math.max(leastInFlight, Math.floor(bytesInFlight / bytes));
}

/** What is to be reported, and how reports refer to the loads: one whose row cannot be a load fails. */
async function plannedWithReferences(
  { store, encoder, profile, scope = {}, spanOf, again, signal }: ReportRequest,
  inDoubt: ReadonlyMap<string, string>,
): Promise<{ plan: ReportPlan; references: ReadonlyMap<string, string> }> {
  const plan = await planReports({ store, encoder, profile, scope, spanOf, again, inDoubt, signal });
  if (!profile.resourceRefOf) return { plan, references: new Map() };
  return withReferences(plan, store, profile.resourceRefOf);
}

/** Sends what is planned, and stores what it learned, also where it throws; at last looks whether the VTN has kept it. */
async function sendAll(
  request: ReportRequest & { readonly onDoubt: DoubtChoice },
  plan: ReportPlan,
  references: ReadonlyMap<string, string>,
  sender: Sender,
  counter: ReportCounter,
): Promise<void> {
  const { store, encoder, link, profile, again, onDoubt, maxFailures = defaultMaxFailures } = request;
  const { kind, lookUp } = profile;
  await request.beforeSending?.();
  if (again) await forgetReported(request, plan);
  const size = createReportSize(profile, encoder, request.mostBytes);
  const notes = createReportNotes(store, kind);
  const told = createToldSample(kind, link.random);
  const recorder = createReportRecorder({
    store,
    kind,
    clock: link.clock,
    stored(results) {
      told.add(results);
      counter.stored(results);
    },
    broken: sender.stop,
  });
  const vens = new Set(plan.tasks.flatMap(({ loads }) => loads.map(({ venName }) => venName)));
  const bound = createFailureBound(maxFailures, vens.size, profile);
  const making = { encoder, profile, references, size };
  const pages =
    profile.reportIsOf === 'load' ? reportsByLoad(plan.tasks, making) : reportsByVen(plan.tasks, making);
  const sending = { profile, sender, onDoubt, again, notes, recorder, bound, ...size };
  try {
    await sendReports(notedReports(pages, notes), sending);
  } finally {
    await recorder.finish();
    await notes.forgetUnsent();
  }
  if (lookUp && !sender.signal.aborted) await proveReports(told.reports, lookUp, sender, store);
}

async function forgetReported(
  { store, profile, spanOf }: ReportRequest,
  { tasks }: ReportPlan,
): Promise<void> {
  for (const { loads, stepMs } of tasks) {
    const loadIds = loads.map(({ loadId }) => loadId);
    await store.forgetReported(profile.kind, loadIds, spanOf?.(stepMs) ?? always);
  }
}
