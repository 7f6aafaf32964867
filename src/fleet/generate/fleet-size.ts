export interface FleetSize {
  /** Sites in all. */
  readonly resources: number;
  /** Towns that they stand in; at most as many as there are sites. */
  readonly vens: number;
  /** A whole number; the same seed gives the same fleet. */
  readonly seed: number;
}

export const referenceFleet = { resources: 19_402, vens: 287, seed: 1 } as const satisfies FleetSize;

/** The largest fleet that can be generated, in sites. */
export const mostResources = 10_000_000;

/** Least and most of each. */
export const fleetSizeBounds = {
  resources: [1, mostResources],
  vens: [1, mostResources],
  seed: [0, Number.MAX_SAFE_INTEGER],
} as const;
