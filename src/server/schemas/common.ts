import { z } from 'zod';

/** A time as text: ISO 8601, UTC. */
export const time = z.iso.datetime();

/** Counts of loads: `registered` + `failed` + `waiting` + `skipped` = `total`. */
export const loadCounts = z.object({
  total: z.int(),
  registered: z.int(),
  /** Tried, and failed the last time. */
  failed: z.int(),
  /** Not tried yet. */
  waiting: z.int(),
  /** Of disabled sites, or suspended. */
  skipped: z.int(),
});
export type LoadCountsView = z.infer<typeof loadCounts>;

/** Where a load stands. */
export const loadStates = ['registered', 'failed', 'waiting', 'suspended', 'disabled'] as const;
export const loadState = z.enum(loadStates);
export type LoadState = z.infer<typeof loadState>;

/** What every answer is that is no success; `code` is one of docs/errors.md. */
export const problemAnswer = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });
export type ProblemAnswer = z.infer<typeof problemAnswer>;
