import type { FleetViews } from '../api/views/fleet-views.ts';
import type { Clock } from '../core/clock.ts';

type Answer<Name extends 'counts' | 'dispatchTotals' | 'failures' | 'reports' | 'events' | 'runs'> = Awaited<
  ReturnType<FleetViews[Name]>
>;

/** What overview, matrix and list of events are made of, read together. */
export interface FleetFacts {
  readonly cells: Answer<'counts'>['cells'];
  readonly sites: number;
  /** Of the last 24 hours. */
  readonly dispatches: Answer<'dispatchTotals'>;
  readonly failures: Answer<'failures'>;
  readonly reports: Answer<'reports'>;
  readonly events: Answer<'events'>;
  /** The latest first. */
  readonly runs: Answer<'runs'>;
}

export interface FactsReader {
  /**
   * As they were read last; where they are being read anew and that takes long, those before. Throws where the database cannot be
   * read. The same object as long as nothing has changed.
   */
  latest(): Promise<FleetFacts>;
}

/** Nothing changes the database, but time passes: events begin, days end. */
const longestMs = 30_000;
/** Reading takes no more than one part in so many of the time, but begins anew after `longestRestMs` at the latest. */
const restPerWork = 20;
const longestRestMs = 10_000;
/** Who asks while a large fleet is read waits so long, and gets what was read before, unless that is older than `oldMs`. */
const patienceMs = 100;
const oldMs = 15_000;
const dayMs = 24 * 3600 * 1000;
/** Enough to find the last comparison behind other runs. */
const runsRead = 200;

/**
 * Reads the facts for all who look: anew only where the database has changed since, and no sooner than 20 times as long after the
 * last reading as that took.
 */
export function createFactsReader(views: FleetViews, clock: Clock): FactsReader {
  let known: { facts: FleetFacts; mark: string; readAt: number; notBefore: number } | undefined;
  let reading: Promise<FleetFacts> | undefined;

  async function read(): Promise<FleetFacts> {
    const startedAt = clock.monotonic();
    if (known && startedAt < known.notBefore) return known.facts;
    const mark = await views.mark();
    if (known?.mark === mark && startedAt < known.readAt + longestMs) return known.facts;
    const facts = await readFacts(views, clock.now());
    const readAt = clock.monotonic();
    const restMs = Math.min(restPerWork * (readAt - startedAt), longestRestMs);
    known = { facts, mark, readAt, notBefore: readAt + restMs };
    return facts;
  }

  return {
    latest() {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      const recent = known && clock.monotonic() < known.readAt + oldMs ? known.facts : undefined;
      return recent ? soonOr(reading, recent, clock) : reading;
    },
  };
}

async function soonOr<T>(result: Promise<T>, otherwise: T, clock: Clock): Promise<T> {
  const enough = new AbortController();
  const late = clock.sleep(patienceMs, enough.signal).then(() => otherwise);
  try {
    return await Promise.race([result, late]);
  } finally {
    enough.abort();
  }
}

async function readFacts(views: FleetViews, nowMs: number): Promise<FleetFacts> {
  const { cells, sites } = await views.counts();
  const hasFailed = cells.some(({ failed }) => failed > 0);
  return {
    cells,
    sites,
    dispatches: await views.dispatchTotals(nowMs - dayMs),
    failures: hasFailed ? await views.failures({}) : [],
    reports: await views.reports(),
    events: await views.events(),
    runs: await views.runs({ limit: runsRead }),
  };
}
