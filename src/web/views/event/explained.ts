/** Parts of an explanation whose shape the API leaves open: what is not as expected is left out. `docs/library.md` has them. */

export interface ExplainedCounts {
  readonly name: string;
  readonly loads: number;
  readonly takingPart: number;
  readonly out: number;
}

export function countsOf(rows: readonly object[]): ExplainedCounts[] {
  return rows.filter(
    (row): row is ExplainedCounts => 'name' in row && typeof row.name === 'string' && 'loads' in row,
  );
}

export interface ExplainedStep {
  readonly from: string | null;
  readonly out: string | null;
  readonly instruction: Readonly<Record<string, unknown>>;
}

export interface ExplainedLoad {
  readonly loadId: string;
  readonly venName: string;
  readonly component: string;
  readonly isReached: boolean;
  readonly unreachable: string | null;
  readonly steps: readonly ExplainedStep[];
  readonly hasMore: boolean;
}

export function loadsOf(rows: readonly object[]): ExplainedLoad[] {
  return rows.filter(
    (row): row is ExplainedLoad => 'loadId' in row && 'steps' in row && Array.isArray(row.steps),
  );
}
