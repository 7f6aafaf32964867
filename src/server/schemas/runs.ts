import { z } from 'zod';
import { time } from './common.ts';

/** Why things of a run failed, ids blanked; `loads`: how many. */
export const failureReason = z.object({ reason: z.string(), loads: z.int(), example: z.string() });

/**
 * A registration, plan, apply, … of this process or of another on the same database. `counts`: what it came to, by words that
 * do not change (`registered`, `failed`, `skipped`, `alreadyRegistered`, `left`; of plans `create`, `update`, `remove`, `correct`,
 * `conflict`, `stranger`, `inSync`; …); those of its loads add up to `total`.
 */
export const run = z.object({
  runId: z.int(),
  command: z.enum(['register', 'plan', 'apply', 'deregister', 'report history', 'enrol']),
  /** Who asked for it. */
  by: z.enum(['command', 'schedule', 'person']),
  /** `died`: its process ended without saying so. */
  state: z.enum(['running', 'succeeded', 'failed', 'interrupted', 'died']),
  started: time,
  ended: time.nullable(),
  total: z.int().nullable(),
  counts: z.record(z.string(), z.int()),
  /** While it runs: things of it that came to an end, per second, lately. */
  perSecond: z.number().nullable(),
  /** The most frequent first. */
  reasons: z.array(failureReason),
  /** What ended it, one sentence; and the error's code. */
  problem: z.string().nullable(),
  code: z.string().nullable(),
});
export type RunView = z.infer<typeof run>;

export const runsAnswer = z.object({
  /** The latest first. */
  runs: z.array(run),
  /** Give it as `before` for those before; null: there are none. */
  next: z.int().nullable(),
});
export type RunsAnswer = z.infer<typeof runsAnswer>;
export const runsQuery = z.object({
  before: z.coerce.number().int().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
