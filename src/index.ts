/** The public API of venfleet. The OpenADR 3 protocol alone is `venfleet/openadr`. */
export {
  type ApplyFailure,
  type ApplyOptions,
  type ApplyProgress,
  type ApplyResult,
  type ApplySummary,
  apply,
  deregister,
} from './api/apply.ts';
export type { AskedToken, AskedWait, Logger, WaitTotal, WaitTotals } from './api/connect-vtn.ts';
export {
  type EnrolCounts,
  type EnrolEvent,
  type EnrolFailure,
  type EnrolledProgram,
  type EnrolOptions,
  type EnrolSummary,
  enrol,
} from './api/enrol.ts';
export { type ErrorCode, errorRegistry, VenfleetError } from './api/errors.ts';
export {
  type EventDetails,
  type EventExplanation,
  type EventExplanationOptions,
  type EventHistoryOptions,
  type EventStatusOptions,
  type EventSummary,
  eventHistory,
  explainEvent,
  type HandedInstruction,
  listEvents,
  showEvent,
} from './api/event-status.ts';
export {
  type Dispatch,
  type EventPolicy,
  type EventsNews,
  type FollowEventsOptions,
  type FollowSummary,
  followEvents,
  type HandedOver,
  type Sink,
  type SinkOptions,
} from './api/follow-events.ts';
export {
  type GeneratedFleet,
  type GenerateFleetOptions,
  generateFleet,
  holdsFleet,
} from './api/generate-fleet.ts';
export {
  type GeneratedMeterData,
  type GenerateMeterDataOptions,
  generateMeterData,
  type MeterDataProgress,
} from './api/generate-meter-data.ts';
export {
  type ImportEvent,
  type ImportFleetOptions,
  type ImportRejection,
  type ImportSource,
  type ImportSummary,
  importFleet,
} from './api/import-fleet.ts';
export {
  type PlanAction,
  type PlanOptions,
  type PlanResult,
  plan,
  verify,
} from './api/plan.ts';
export {
  type EventAction,
  type EventWish,
  type PostEventOptions,
  type PostedEvent,
  postEvent,
} from './api/post-event.ts';
export {
  type PreparedObject,
  type PrepareReportsOptions,
  type PrepareReportsResult,
  prepareReports,
} from './api/prepare-reports.ts';
export {
  type LoadsParallelResult,
  registerLoadsParallel,
  registerResources,
  registerVenResource,
  sampleRegistration,
  type VenResource,
} from './api/python-names.ts';
export {
  type FleetScope,
  type LoadFailure,
  type PacingChoice,
  type RegisterOptions,
  type RegistrationEvent,
  type RegistrationSummary,
  register,
  type SampleCheck,
  type VenSummary,
} from './api/register.ts';
export {
  type DoubtChoice,
  type Measure,
  type ReportAnchor,
  type ReportCounts,
  type ReportEvent,
  type ReportHistoryOptions,
  type ReportLoadFailure,
  type ReportSummary,
  reportHistory,
} from './api/report-history.ts';
export { type LiveEvent, type LiveSummary, type ReportLiveOptions, reportLive } from './api/report-live.ts';
export {
  type KindStatus,
  type KnownReportFailure,
  type ReportedCounts,
  type ReportStatus,
  type ReportStatusOptions,
  reportStatus,
} from './api/report-status.ts';
export { type LoadRecord, ResourceDatabase } from './api/resource-database.ts';
export { type FleetStatus, type StatusOptions, status } from './api/status.ts';
export { watchRegistration, watchReports } from './api/watch.ts';
export {
  type WatchDispatchesOptions,
  type WatchedDispatches,
  watchDispatches,
} from './api/watch-dispatches.ts';
export {
  type ActionScope,
  type DriftChoice,
  type FleetKeeper,
  type FleetKeeperOptions,
  type KeeperNote,
  type KeeperState,
  type KeptPlan,
  type NotableNews,
  type NotedRun,
  type PartName,
  type PartState,
  type RunningRun,
  type SuspendedLoads,
  type VtnState,
  withFleetKeeper,
} from './api/with-fleet-keeper.ts';
