import { sql } from 'kysely';
import type { RunLog, RunOutcome, StoredRun } from '../run-log.ts';
import type { SqlEngine } from './engine.ts';
import { bound, statement, type ValuesOf } from './statement.ts';

/** Runs that are kept. */
const mostRuns = 10_000;

/** Remembers runs; see `RunLog`. */
export function createRunLog(engine: SqlEngine): RunLog {
  const { run } = engine;
  const { died, forget, begin } = prepareBegin(engine);
  const { note, end } = prepareEnd(engine);
  const list = prepareList(engine);
  return {
    async beginRun({ command, by, startedMs, vtn }) {
      const [, [row]] = await run(died({ command }), begin({ command, by, startedMs, vtn }), forget({}));
      return (row as { runId: number }).runId;
    },
    async noteRun(runId, now) {
      await run(note({ runId, ...columnsOf(now) }));
    },
    async endRun(runId, { state, endedMs, ...now }) {
      await run(end({ runId, state, endedMs, ...columnsOf(now) }));
    },
    async runs(which) {
      const [rows] = await run(list(which));
      return rows.map(
        ({ counts, reasons, ...row }) =>
          ({ ...row, counts: JSON.parse(counts), reasons: JSON.parse(reasons) }) as StoredRun,
      );
    },
  };
}

function prepareBegin({ db }: SqlEngine) {
  return {
    died: statement((value: ValuesOf<{ command: string }>) =>
      db
        .updateTable('venfleet_runs')
        .set({ state: 'died' })
        .where('command', '=', value('command'))
        .where('state', '=', 'running'),
    ),
    begin: statement((value: ValuesOf<{ command: string; by: string; startedMs: number; vtn: string }>) =>
      db
        .insertInto('venfleet_runs')
        .values({
          command: value('command'),
          asked_by: value('by'),
          state: 'running',
          started_ms: value('startedMs'),
          vtn: value('vtn'),
          counts: '{}',
          reasons: '[]',
        })
        .returning('run_id as runId'),
    ),
    forget: statement(() =>
      db
        .deleteFrom('venfleet_runs')
        .where('run_id', '<=', (from) =>
          from.selectFrom('venfleet_runs').select(sql<number>`max(run_id) - ${sql.lit(mostRuns)}`.as('last')),
        ),
    ),
  };
}

interface OutcomeColumns {
  total: number | null;
  counts: string;
  reasons: string;
  problem: string | null;
  code: string | null;
}

type Noted = OutcomeColumns & { runId: number };

function prepareEnd({ db }: SqlEngine) {
  const update = (value: ValuesOf<Noted>) =>
    db
      .updateTable('venfleet_runs')
      .set({
        total: value('total'),
        counts: value('counts'),
        reasons: value('reasons'),
        problem: value('problem'),
        code: value('code'),
      })
      .where('run_id', '=', value('runId'));
  return {
    note: statement(update),
    end: statement((value: ValuesOf<Noted & { state: string; endedMs: number }>) =>
      update(value).set({ state: value('state'), ended_ms: value('endedMs') }),
    ),
  };
}

/** Makes the statement that lists runs. */
function prepareList({ db }: SqlEngine) {
  const all = () =>
    db
      .selectFrom('venfleet_runs')
      .select(['run_id as runId', 'command', 'asked_by as by', 'state', 'vtn'])
      .select(['started_ms as startedMs', 'ended_ms as endedMs'])
      .select(['total', 'counts', 'reasons', 'problem', 'code'])
      .orderBy('run_id', 'desc');
  return ({ before, limit, commands }: Parameters<RunLog['runs']>[0]) => {
    const known = commands ? all().where('command', 'in', [...commands]) : all();
    return bound((before === undefined ? known : known.where('run_id', '<', before)).limit(limit));
  };
}

function columnsOf({ total, counts, reasons, problem, code }: RunOutcome): OutcomeColumns {
  return { total, counts: JSON.stringify(counts), reasons: JSON.stringify(reasons), problem, code };
}
