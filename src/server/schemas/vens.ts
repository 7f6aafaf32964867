import { z } from 'zod';
import { loadCounts, time } from './common.ts';

/** Counts of loads as `[total, registered, failed, waiting, skipped]`: a fleet has thousands of these. */
export const shortCounts = z.tuple([z.int(), z.int(), z.int(), z.int(), z.int()]);
export type ShortCounts = z.infer<typeof shortCounts>;

export const venRow = z.object({
  /** Null gathers sites without a VEN. */
  ven: z.string().nullable(),
  /** One for each of `components`, in their order. */
  cells: z.array(shortCounts),
  all: shortCounts,
  /** The end of the newest reading that was reported; null: none was. */
  newestReading: time.nullable(),
});
export type VenRow = z.infer<typeof venRow>;

/** How far the registration is, by VEN and load component. */
export const matrix = z.object({
  components: z.array(z.object({ component: z.string(), name: z.string() })),
  vens: z.array(venRow),
});
export type Matrix = z.infer<typeof matrix>;

/** Where VENs are: the middle of their sites. */
export const venPlaces = z.object({
  vens: z.array(
    z.object({
      ven: z.string(),
      latitude: z.number(),
      longitude: z.number(),
      sites: z.int(),
      loads: loadCounts,
    }),
  ),
  /** VENs of which no site has a place. */
  withoutPlace: z.array(z.string()),
});
export type VenPlaces = z.infer<typeof venPlaces>;

/** Why loads are not registered now, ids blanked. */
export const failures = z.object({
  reasons: z.array(
    z.object({
      reason: z.string(),
      /** The VTN's HTTP status; null where it gave none. */
      status: z.int().nullable(),
      loads: z.int(),
      vens: z.int(),
      latest: time,
      example: z.object({ loadId: z.string(), externalResourceId: z.string() }),
    }),
  ),
});
export type Failures = z.infer<typeof failures>;
export const failuresQuery = z.object({ ven: z.string().optional(), component: z.string().optional() });
