import { z } from 'zod';
import { loadCounts, time } from './common.ts';
import { run } from './runs.ts';

/**
 * A part of the process. `waiting`: for its next time, or for another process to end; `working`: it does what it is for;
 * `degraded`: it failed, `problem` says why, and it is tried again; `off`: it was not asked for.
 */
export const partState = z.object({
  name: z.enum(['reconciliation', 'events', 'reports']),
  state: z.enum(['off', 'starting', 'waiting', 'working', 'degraded', 'stopping']),
  since: time,
  /** One sentence; null: all is well. Of a part that is `off`: how to have it. */
  problem: z.string().nullable(),
  /** An error code of docs/errors.md, where there is one. */
  code: z.string().nullable(),
  /** When it is to do something next. */
  next: time.nullable(),
});
export type PartStateView = z.infer<typeof partState>;

export const vtn = z.object({
  url: z.string(),
  profile: z.string(),
  /** `unknown`: it was not asked yet. */
  state: z.enum(['unknown', 'answering', 'silent', 'busy', 'refusing-token']),
  /** Null: `unknown` or `answering`. */
  since: time.nullable(),
  problem: z.string().nullable(),
  requests: z.object({
    inFlight: z.int(),
    /** How many may be in flight; null where nothing was sent yet. */
    window: z.int().nullable(),
    /** Of the last ten seconds. */
    perSecond: z.number(),
    /** Milliseconds, of the last ten seconds; null: there was none. */
    medianMs: z.number().nullable(),
    /** The most that the VTN takes, as it taught by 429; null: it did not. */
    learnedPerSecond: z.number().nullable(),
  }),
  /** How often, and for how many seconds in all, it asked to be left alone. */
  waits: z.object({ times: z.int(), seconds: z.number() }),
});
export type VtnView = z.infer<typeof vtn>;

/** Something that a person should look at. */
export const attention = z.object({
  severity: z.enum(['warning', 'error']),
  /** One sentence. */
  text: z.string(),
  /** Where on the page it is explained: a path such as `/loads?state=failed`; null: nowhere. */
  link: z.string().nullable(),
});
export type Attention = z.infer<typeof attention>;

export const overview = z.object({
  at: time,
  version: z.string(),
  /** When this process began. */
  started: time,
  /** The file's name, without its folder. */
  database: z.string(),
  loads: loadCounts.extend({ successRate: z.number().nullable() }),
  vens: z.object({ total: z.int(), complete: z.int() }),
  sites: z.int(),
  vtn,
  parts: z.array(partState),
  /** What goes on now; null: nothing. */
  run: run.nullable(),
  /** The last comparison with the VTN that came to an end; null: none did. */
  reconciled: run.nullable(),
  events: z.object({
    /** On the VTN, and asking for something now; to come; all that are remembered. */
    running: z.int(),
    upcoming: z.int(),
    remembered: z.int(),
    /** Loads that are told something now. */
    loadsTold: z.int(),
    /** Of the last 24 hours, all sinks together. */
    handed: z.int(),
    late: z.int(),
    missed: z.int(),
  }),
  /** Null: nothing was ever reported. */
  reports: z
    .object({
      kind: z.string(),
      /** Readings that the VTN took, in all. */
      points: z.int(),
      reporting: z.int(),
      failing: z.int(),
      /** The end of the newest reading that was reported. */
      newest: time.nullable(),
      /** Readings of another time are reported as if they were of now. */
      isReplay: z.boolean(),
    })
    .nullable(),
  /** Empty: all is well. The most severe first. */
  attention: z.array(attention),
  /** What a viewer may do; empty without `--allow-actions`. */
  actions: z.array(z.enum(['register', 'plan', 'apply', 'suspend', 'resume'])),
});
export type Overview = z.infer<typeof overview>;
