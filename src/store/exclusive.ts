import type { Clock } from '../core/clock.ts';

/** Who has exclusive access, for people. */
export interface AccessHolder {
  readonly command: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/**
 * What may be changed by one at a time: the fleet, its registration and its enrolment in programs; or what was reported; or events, and what they came to.
 * Who reports or carries out events, for months perhaps, keeps nobody from registering.
 */
export type AccessSubject = 'fleet' | 'reports' | 'events';

export interface AccessRequest {
  /** Default `fleet`. */
  readonly subject?: AccessSubject | undefined;
  /** What is to be done: `register`. */
  readonly command: string;
  /** Wait for another holder to end. Default: throw DB_IN_USE; one in this process is waited for, unless it is `never`. */
  readonly wait?: boolean | 'never' | undefined;
  /** Ends the waiting: DB_IN_USE. */
  readonly signal?: AbortSignal | undefined;
  /** Called once when the waiting begins. */
  readonly onWaiting?: ((holder: AccessHolder) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** Lets one at a time change the fleet and what is known of it, one at a time report, and one carry out events; others may read meanwhile. */
export interface ExclusiveAccess {
  /**
   * Does `work` as the only one that may change the subject; all that it stored is durable before another may begin.
   * `lost` aborts, and DB_IN_USE is thrown at the end, where another process has taken the access over: this one must
   * have stood still for long. Throws DB_IN_USE where another has it, DB_LOCKED, DB_FULL.
   */
  exclusively<T>(request: AccessRequest, work: (lost: AbortSignal) => Promise<T>): Promise<T>;
}
