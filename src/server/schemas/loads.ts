import { z } from 'zod';
import { loadState, loadStates, time } from './common.ts';
import { instruction } from './events.ts';

/** A load in a line. */
export const loadLine = z.object({
  loadId: z.string(),
  externalResourceId: z.string(),
  name: z.string(),
  component: z.string(),
  componentName: z.string(),
  ven: z.string().nullable(),
  siteName: z.string(),
  meterPointId: z.string(),
  state: loadState,
  vtnResourceId: z.string().nullable(),
});
export type LoadLine = z.infer<typeof loadLine>;

export const loadsQuery = z.object({
  /** Part of a name, or (the beginning of) an id: load, resource, meter point, VTN resource. */
  q: z.string().max(300).optional(),
  ven: z.string().optional(),
  /** Loads that are of no VEN. With `ven` as well there are none. */
  noVen: z.stringbool().optional(),
  component: z.string().optional(),
  /** `skipped`: suspended or disabled. */
  state: z.enum([...loadStates, 'skipped']).optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type LoadsQuery = z.infer<typeof loadsQuery>;

export const loadsAnswer = z.object({
  loads: z.array(loadLine),
  /** Give it as `after` for those that follow; null: there are none. */
  next: z.string().nullable(),
});
export type LoadsAnswer = z.infer<typeof loadsAnswer>;

/** All of a load. */
export const loadDetails = loadLine.extend({
  resourceId: z.string(),
  siteType: z.string().nullable(),
  siteSubType: z.string().nullable(),
  address: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  meterId: z.string(),
  /** As stored: kW and kWh, by their names there. */
  capacities: z.record(z.string(), z.number()),
  vtnVenId: z.string().nullable(),
  /** What the VTN is told of it now, as JSON; null: it cannot be said, `failure` or the fleet's data say why. */
  sent: z.unknown(),
  failure: z.object({ reason: z.string(), status: z.int().nullable(), at: time }).nullable(),
  reports: z.array(
    z.object({
      kind: z.string(),
      points: z.int(),
      from: time.nullable(),
      until: time.nullable(),
      failure: z.object({ reason: z.string(), status: z.int().nullable(), at: time }).nullable(),
    }),
  ),
  /** What it does now, as far as each sink was told. */
  inForce: z.array(instruction),
  /** The latest first. */
  instructions: z.array(instruction),
});
export type LoadDetailsView = z.infer<typeof loadDetails>;

export const readingsQuery = z.object({
  from: time.optional(),
  until: time.optional(),
  /** At most so many: where there are more, each is the mean of some. */
  points: z.coerce.number().int().min(2).max(5_000).default(1_000),
});

/** Meter data of a load: mean power of each interval. */
export const readings = z.object({
  unit: z.literal('W'),
  /** `[milliseconds since 1970 at the start of the interval, W]`, in order of time; null: a gap. */
  points: z.array(z.tuple([z.number(), z.number().nullable()])),
  /** Milliseconds of an interval; null: there is none. */
  stepMs: z.number().nullable(),
  /** What the meter file has of it. */
  from: time.nullable(),
  until: time.nullable(),
  /** Until when it was reported; null: nothing was. */
  reportedUntil: time.nullable(),
  /** Why there is none, one sentence; null: there is some. */
  problem: z.string().nullable(),
});
export type Readings = z.infer<typeof readings>;
