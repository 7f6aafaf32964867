import { z } from 'zod';
import { time } from './common.ts';

/** What of the fleet is meant: these VENs, these loads; neither: the whole fleet. */
export const actionScope = z.strictObject({
  vens: z.array(z.string()).max(1_000).optional(),
  loadIds: z.array(z.string()).max(1_000).optional(),
});

export const suspendRequest = actionScope.refine(
  ({ vens, loadIds }) => (vens?.length ?? 0) + (loadIds?.length ?? 0) > 0,
  'name VENs or loads',
);

/** It was begun; its run shows how it goes. */
export const begun = z.object({ accepted: z.literal(true) });
/** What was suspended or resumed; `loads` = `changed` + `already`. */
export const changed = z.object({ loads: z.int(), changed: z.int(), already: z.int() });

export const actionCounts = z.object({
  create: z.int(),
  update: z.int(),
  remove: z.int(),
  correct: z.int(),
  conflict: z.int(),
  stranger: z.int(),
});

/** The last plan that was made here; it can be applied while it is the last. */
export const planView = z.object({
  planId: z.int(),
  made: time,
  agrees: z.boolean(),
  loads: z.int(),
  inSync: z.int(),
  skipped: z.int(),
  resources: z.int(),
  counts: actionCounts,
  /** The first 200. */
  actions: z.array(
    z.object({
      kind: z.enum(['create', 'update', 'remove', 'correct', 'conflict', 'stranger']),
      ven: z.string().nullable(),
      loadId: z.string().nullable(),
      externalResourceId: z.string().nullable(),
      /** Why, or what changes, in words. */
      text: z.string(),
    }),
  ),
  unlistedVens: z.array(z.object({ ven: z.string(), reason: z.string() })),
});
export type PlanView = z.infer<typeof planView>;
export const planAnswer = z.object({ plan: planView.nullable() });
export type PlanAnswer = z.infer<typeof planAnswer>;

export const applyRequest = z.strictObject({
  planId: z.int(),
  /** How many resources may be removed at most: what the plan said, as the person saw it. */
  maxRemovals: z.int().min(0),
});

export const session = z.object({
  /** Whether a token is asked for at all, to look or to act. */
  needed: z.enum(['none', 'to-act', 'to-look']),
  /** Whether this viewer has given it. */
  given: z.boolean(),
});
export type Session = z.infer<typeof session>;

export const loginRequest = z.strictObject({ token: z.string().min(1).max(512) });
