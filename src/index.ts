/** The public API of venfleet. The OpenADR 3 protocol alone is `venfleet/openadr`. */
export { type ApplyOptions, type ApplyResult, apply, deregister } from './api/apply.ts';
export { type PlanOptions, type PlanResult, plan, verify } from './api/plan.ts';
export { type RegisterOptions, register } from './api/register.ts';
export { ResourceDatabase } from './api/resource-database.ts';
export {
  type LoadsParallelResult,
  registerLoadsParallel,
  registerResources,
  registerVenResource,
  sampleRegistration,
  type VenResource,
} from './api/seed.ts';
export { type StatusOptions, status } from './api/status.ts';
export { watchRegistration } from './api/watch.ts';
export { type ErrorCode, errorRegistry, VenfleetError } from './core/errors.ts';
export type { FleetScope } from './fleet/store.ts';
export type { FleetStatus } from './monitoring/fleet-status.ts';
export type { ApplySummary } from './registration/apply-plan.ts';
export type { ApplyFailure, ApplyProgress } from './registration/apply-tally.ts';
export type { PacingChoice } from './registration/pacing-choice.ts';
export type { PlanAction } from './registration/plan-actions.ts';
export type {
  LoadFailure,
  RegistrationEvent,
  RegistrationSummary,
  VenSummary,
} from './registration/summary.ts';
export type { LoadRecord } from './store/load-lookups.ts';
