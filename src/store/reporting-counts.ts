import type { ReportingCounts } from './reporting-store.ts';

export const nothingReported: ReportingCounts = {
  loads: 0,
  registered: 0,
  reporting: 0,
  failing: 0,
  points: 0,
  leastUntilMs: null,
  mostUntilMs: null,
};

/** The counts of two groups of loads together. */
export function sumOfReporting(a: ReportingCounts, b: ReportingCounts): ReportingCounts {
  return {
    loads: a.loads + b.loads,
    registered: a.registered + b.registered,
    reporting: a.reporting + b.reporting,
    failing: a.failing + b.failing,
    points: a.points + b.points,
    leastUntilMs: ofBoth(Math.min, a.leastUntilMs, b.leastUntilMs),
    mostUntilMs: ofBoth(Math.max, a.mostUntilMs, b.mostUntilMs),
  };
}

const ofBoth = (choose: (a: number, b: number) => number, a: number | null, b: number | null) =>
  a === null || b === null ? (a ?? b) : choose(a, b);
