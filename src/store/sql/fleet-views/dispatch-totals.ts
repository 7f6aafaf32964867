import { sql } from 'kysely';
import type { FleetViewStore } from '../../fleet-views.ts';
import { nothingAsked } from '../dispatch-queries.ts';
import type { SqlEngine } from '../engine.ts';
import { statement, type ValuesOf, writtenOut } from '../statement.ts';

interface Totals {
  readonly handed: number;
  readonly late: number;
  readonly missed: number;
  readonly replaced: number;
  readonly open: number;
}

/** Sums up what became of instructions; see `FleetViewStore`. */
export function createDispatchTotals({ db, run }: SqlEngine): Pick<FleetViewStore, 'dispatchTotals'> {
  const sums = ['open', 'handed', 'late', 'missed', 'replaced'] as const;
  const ofCounts = sql.join(
    sums.map((one) => sql`CAST(coalesce(sum(c.${sql.ref(one)}), 0) AS BIGINT) AS ${sql.ref(one)}`),
  );
  /** Whoever asked for something on both sides of this time: then the counts do not say. */
  const across = statement((value: ValuesOf<{ sinceMs: number }>) =>
    writtenOut(
      db,
      sql<{ number: number }>`SELECT count(*) AS "number" FROM venfleet_dispatch_counts c
        WHERE c.first_due_ms < ${value('sinceMs')} AND c.last_due_ms >= ${value('sinceMs')}`,
    ),
  );
  const counted = statement((value: ValuesOf<{ sinceMs: number }>) =>
    writtenOut(
      db,
      sql<Totals>`SELECT ${ofCounts} FROM venfleet_dispatch_counts c WHERE c.first_due_ms >= ${value('sinceMs')}`,
    ),
  );
  /** Sink by sink: so the journal is read from that time on. */
  const journal = statement((value: ValuesOf<{ sinceMs: number }>) =>
    writtenOut(
      db,
      sql<{
        end: keyof Totals;
        number: number;
      }>`SELECT coalesce(x.outcome, 'open') AS "end", count(*) AS "number"
        FROM venfleet_dispatch_sinks s CROSS JOIN venfleet_dispatches x
        WHERE x.sink_id = s.id AND x.due_ms >= ${value('sinceMs')} GROUP BY x.outcome`,
    ),
  );
  const told = statement((value: ValuesOf<{ nowMs: number }>) =>
    writtenOut(
      db,
      sql<{ loads: number }>`SELECT count(DISTINCT f.load_no) AS "loads"
        FROM venfleet_in_force f CROSS JOIN venfleet_dispatches x
        WHERE x.sink_id = f.sink_id AND x.due_ms = f.due_ms AND x.load_no = f.load_no
          AND x.dispatch_id = f.dispatch_id AND (x.until_ms IS NULL OR x.until_ms > ${value('nowMs')})
          AND x.instruction_id NOT IN (SELECT i.id FROM venfleet_instructions i WHERE i.instruction = ${nothingAsked})`,
    ),
  );
  return {
    async dispatchTotals(sinceMs, nowMs) {
      const [[first], [whole], [force]] = await run(
        across({ sinceMs }),
        counted({ sinceMs }),
        told({ nowMs }),
      );
      const loadsTold = force?.loads ?? 0;
      if (!first?.number && whole) return { ...whole, loadsTold };
      const [ends] = await run(journal({ sinceMs }));
      const numbers = Object.fromEntries(ends.map(({ end, number }) => [end, number]));
      return { handed: 0, late: 0, missed: 0, replaced: 0, open: 0, ...numbers, loadsTold };
    },
  };
}
