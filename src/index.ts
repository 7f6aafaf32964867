/** The public API of venfleet. The OpenADR 3 protocol alone is `venfleet/openadr`. */
export { type ApplyOptions, type ApplyResult, apply, deregister } from './api/apply.ts';
export { type PlanOptions, type PlanResult, plan, verify } from './api/plan.ts';
export {
  type LoadsParallelResult,
  registerLoadsParallel,
  registerResources,
  registerVenResource,
  sampleRegistration,
  type VenResource,
} from './api/python-names.ts';
export { type RegisterOptions, register } from './api/register.ts';
export { ResourceDatabase } from './api/resource-database.ts';
export { type StatusOptions, status } from './api/status.ts';
export { watchRegistration } from './api/watch.ts';
export { type ErrorCode, errorRegistry, VenfleetError } from './core/errors.ts';
export type { PacingChoice } from './delivery/pacing/pacing-choice.ts';
export type { FleetStatus } from './monitoring/fleet-status.ts';
export type { ApplyFailure, ApplyProgress } from './reconciliation/apply/apply-counts.ts';
export type { ApplySummary } from './reconciliation/apply/apply-plan.ts';
export type { PlanAction } from './reconciliation/plan-actions.ts';
export type {
  LoadFailure,
  RegistrationEvent,
  RegistrationSummary,
  VenSummary,
} from './registration/registration-events.ts';
export type { FleetScope } from './store/fleet-store.ts';
export type { LoadRecord } from './store/sql/load-lookups.ts';
