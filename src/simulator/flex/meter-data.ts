import type { HeldPoints, HeldResource } from '../machine/dialect.ts';
import type { Slots } from '../machine/slots.ts';
import { addChunk, type Chunk, emptySeries, type Points, type Series } from '../points/tally.ts';

/** The points that the gateway was told of its resources: counted, and not kept. */
export interface MeterData {
  /** `points`: as for `addChunk`. */
  add(resource: number, kind: string, chunk: Chunk, points: () => Points): void;
  /** Forgets what was told of a resource, which is no more. */
  forget(resource: number): void;
  /** All points, those that were told again too. */
  total(): number;
  held(describe: (resource: number) => Pick<HeldResource, 'externalId' | 'ven'>): Iterable<HeldPoints>;
  wipe(): void;
}

export function createMeterData(resources: Slots<unknown>): MeterData {
  /** By kind, then by resource. */
  const kinds = new Map<string, Map<number, Series>>();
  let total = 0;
  const seriesOf = (resource: number, kind: string) => {
    const byResource = kinds.get(kind) ?? new Map<number, Series>();
    kinds.set(kind, byResource);
    const series = byResource.get(resource) ?? emptySeries();
    byResource.set(resource, series);
    return series;
  };
  return {
    add(resource, kind, chunk, points) {
      addChunk(seriesOf(resource, kind), chunk, points);
      total += chunk.fresh.count + chunk.again.count;
    },
    forget(resource) {
      for (const byResource of kinds.values()) {
        const { fresh, again } = byResource.get(resource) ?? emptySeries();
        total -= fresh.count + again.count;
        byResource.delete(resource);
      }
    },
    total: () => total,
    *held(describe) {
      for (const [kind, byResource] of kinds) {
        for (const [resource, series] of byResource) {
          const { externalId, ven } = describe(resource);
          yield { resource: resources.idOf(resource), externalId, ven, kind, series };
        }
      }
    },
    wipe() {
      kinds.clear();
      total = 0;
    },
  };
}
