/*
 * The journal of dispatches, in the thread that writes. A hundred thousand are written within seconds, twice: noted, and ended. So
 * rows have numbers for the names of sinks and loads, and for instructions, of which there are few; they stand in order of time,
 * where new ones lie side by side; and how many ended how is counted as they are written. SQLite's own way, row by row with
 * prepared statements: a batch that comes as JSON and is joined with the names takes longer.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DispatchEnd, DispatchResult } from '../event-store.ts';
import type { DispatchesToEnd, DispatchesToNote, InstructionText } from './dispatch-columns.ts';

/** Writes the journal; to be called in a transaction. See `EventStore`. */
export interface DispatchJournal {
  note(dispatches: DispatchesToNote): void;
  end(results: DispatchesToEnd): void;
}

export function prepareDispatchJournal(sqlite: DatabaseSync): DispatchJournal {
  const names = prepareNames(sqlite);
  const counts = prepareCounts(sqlite);
  const add = sqlite.prepare(`
    INSERT INTO venfleet_dispatches (sink_id, due_ms, load_no, dispatch_id, instruction_id, until_ms)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  // What ends for the first time, which almost all do, is found as it is changed.
  const endOpen = sqlite.prepare(`
    UPDATE venfleet_dispatches SET outcome = ?, ended_ms = ?, reason = ?
    WHERE sink_id = ? AND due_ms = ? AND load_no = (SELECT id FROM venfleet_dispatch_loads WHERE load_id = ?)
      AND dispatch_id = ? AND outcome IS NULL
    RETURNING load_no AS loadNo, instruction_id AS instructionId, NULL AS before`);
  const findGivenUp = sqlite.prepare(`
    SELECT d.load_no AS loadNo, d.instruction_id AS instructionId, d.outcome AS before
    FROM venfleet_dispatch_loads l CROSS JOIN venfleet_dispatches d ON d.load_no = l.id
    WHERE l.load_id = ? AND d.sink_id = ? AND d.due_ms = ? AND d.dispatch_id = ?
      AND d.outcome IN ('missed', 'replaced')`);
  const endAnew = sqlite.prepare(`
    UPDATE venfleet_dispatches SET outcome = ?, ended_ms = ?, reason = ?
    WHERE sink_id = ? AND due_ms = ? AND load_no = ? AND dispatch_id = ?`);
  /** The first end counts; but what was given up may have been handed over after all. Undefined: nothing was changed. */
  function endOne({ sinkId, dueMs, loadId, dispatchId, outcome, atMs, reason }: End): Ended | undefined {
    const ended = endOpen.get(outcome, atMs, reason, sinkId, dueMs, loadId, dispatchId) as Ended | undefined;
    if (ended || !isHanded(outcome)) return ended;
    const givenUp = findGivenUp.get(loadId, sinkId, dueMs, dispatchId) as Ended | undefined;
    if (givenUp) endAnew.run(outcome, atMs, reason, sinkId, dueMs, givenUp.loadNo, dispatchId);
    return givenUp;
  }
  const putInForce = sqlite.prepare(`
    INSERT INTO venfleet_in_force (sink_id, load_no, due_ms, dispatch_id) VALUES (?, ?, ?, ?)
    ON CONFLICT (sink_id, load_no) DO UPDATE SET due_ms = excluded.due_ms, dispatch_id = excluded.dispatch_id`);
  return {
    note({ sinks, instructions, rows }) {
      const sinkIds = sinks.map(names.sink);
      const instructionIds = instructions.map(names.instruction);
      const count = counts.begin();
      for (const [n, loadId] of rows.loadId.entries()) {
        const sinkId = sinkIds[rows.sink[n] as number] as number;
        const { id, askedId } = instructionIds[rows.instruction[n] as number] as NumberedInstruction;
        const dueMs = rows.dueMs[n] as number;
        const row = [
          sinkId,
          dueMs,
          names.load(loadId),
          rows.dispatchId[n] as string,
          id,
          rows.untilMs[n] ?? null,
        ];
        if (add.run(...row).changes > 0) count.noted(askedId, sinkId, dueMs);
      }
      count.store();
    },
    end({ sinks, reasons, rows }) {
      const sinkIds = sinks.map(names.sink);
      const count = counts.begin();
      const askedOf = names.askedOfInstructions();
      for (const [n, loadId] of rows.loadId.entries()) {
        const sinkId = sinkIds[rows.sink[n] as number] as number;
        const dueMs = rows.dueMs[n] as number;
        const dispatchId = rows.dispatchId[n] as string;
        const outcome = rows.end[n] as DispatchEnd;
        const atMs = rows.atMs[n] as number;
        const reason = reasons[rows.reason[n] as number] ?? null;
        const ended = endOne({ sinkId, dueMs, loadId, dispatchId, outcome, atMs, reason });
        if (!ended) continue;
        const { loadNo, instructionId, before } = ended;
        if (isHanded(outcome)) putInForce.run(sinkId, loadNo, dueMs, dispatchId);
        count.ended(askedOf(instructionId), sinkId, { dueMs, atMs, outcome, before });
      }
      count.store();
    },
  };
}

interface End extends Pick<DispatchResult, 'loadId' | 'dueMs' | 'dispatchId' | 'atMs' | 'reason'> {
  readonly sinkId: number;
  readonly outcome: DispatchEnd;
}

interface Ended {
  readonly loadNo: number;
  readonly instructionId: number;
  /** How it was given up before; null: it was open. */
  readonly before: DispatchEnd | null;
}

const isHanded = (outcome: DispatchEnd) => outcome === 'handed' || outcome === 'late';

interface NumberedInstruction {
  readonly id: number;
  readonly askedId: number;
}

/** The numbers of names; those that have none yet get one. */
function prepareNames(sqlite: DatabaseSync) {
  const numbered = (table: string, column: string) => {
    const find = sqlite.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`);
    const add = sqlite.prepare(`INSERT INTO ${table} (${column}) VALUES (?)`);
    return (name: string) => (find.get(name) as { id: number } | undefined)?.id ?? idOf(add.run(name));
  };
  const sink = numbered('venfleet_dispatch_sinks', 'name');
  const load = numbered('venfleet_dispatch_loads', 'load_id');
  const asked = numbered('venfleet_dispatch_asked', 'events');
  const addEvent = sqlite.prepare(`
    INSERT INTO venfleet_dispatch_events (event_id, version, asked_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`);
  const findInstruction = sqlite.prepare(`
    SELECT id, asked_id AS askedId FROM venfleet_instructions WHERE hash = ?`);
  const findAsked = sqlite.prepare('SELECT asked_id AS askedId FROM venfleet_instructions WHERE id = ?');
  const addInstruction = sqlite.prepare(`
    INSERT INTO venfleet_instructions (hash, asked_id, instruction) VALUES (?, ?, ?)`);
  return {
    sink,
    load,
    /** Each is looked up once, though many dispatches have it. */
    askedOfInstructions() {
      const found = new Map<number, number>();
      return (id: number): number => {
        const askedId = found.get(id) ?? (findAsked.get(id) as { askedId: number }).askedId;
        found.set(id, askedId);
        return askedId;
      };
    },
    instruction({ hash, instruction, asked: events, events: list }: InstructionText): NumberedInstruction {
      const known = findInstruction.get(hash) as NumberedInstruction | undefined;
      if (known) return known;
      const askedId = asked(events);
      for (const { eventId, version } of list) addEvent.run(eventId, version, askedId);
      return { id: idOf(addInstruction.run(hash, askedId, instruction)), askedId };
    },
  };
}

const idOf = ({ lastInsertRowid }: ReturnType<StatementSync['run']>) => Number(lastInsertRowid);

/** What a batch adds to the counts of some events at some sink. */
interface Added extends Record<DispatchEnd | 'open', number> {
  mostLateMs: number | null;
  firstDueMs: number;
  lastDueMs: number;
}

const nothingAdded = (dueMs: number): Added => ({
  ...{ open: 0, handed: 0, late: 0, missed: 0, replaced: 0 },
  ...{ mostLateMs: null, firstDueMs: dueMs, lastDueMs: dueMs },
});

/** Adds up what a batch changes, and stores it at its end. */
function prepareCounts(sqlite: DatabaseSync) {
  const plus = (column: DispatchEnd | 'open') => `${column} = c.${column} + excluded.${column}`;
  const store = sqlite.prepare(`
    INSERT INTO venfleet_dispatch_counts AS c
      (asked_id, sink_id, open, handed, late, missed, replaced, most_late_ms, first_due_ms, last_due_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (asked_id, sink_id) DO UPDATE SET ${plus('open')},
      ${plus('handed')}, ${plus('late')}, ${plus('missed')}, ${plus('replaced')},
      most_late_ms = coalesce(max(c.most_late_ms, excluded.most_late_ms), c.most_late_ms, excluded.most_late_ms),
      first_due_ms = min(c.first_due_ms, excluded.first_due_ms),
      last_due_ms = max(c.last_due_ms, excluded.last_due_ms)`);
  return {
    begin() {
      const all = new Map<number, Map<number, Added>>();
      const of = (askedId: number, sinkId: number, dueMs: number): Added => {
        const sinks = all.get(askedId) ?? new Map<number, Added>();
        const added = sinks.get(sinkId) ?? nothingAdded(dueMs);
        all.set(askedId, sinks.set(sinkId, added));
        added.firstDueMs = Math.min(added.firstDueMs, dueMs);
        added.lastDueMs = Math.max(added.lastDueMs, dueMs);
        return added;
      };
      return {
        noted(askedId: number, sinkId: number, dueMs: number): void {
          of(askedId, sinkId, dueMs).open += 1;
        },
        ended(
          askedId: number,
          sinkId: number,
          {
            dueMs,
            atMs,
            outcome,
            before,
          }: { dueMs: number; atMs: number; outcome: DispatchEnd; before: DispatchEnd | null },
        ): void {
          const added = of(askedId, sinkId, dueMs);
          added[before ?? 'open'] -= 1;
          added[outcome] += 1;
          if (isHanded(outcome)) added.mostLateMs = Math.max(added.mostLateMs ?? 0, atMs - dueMs);
        },
        store(): void {
          for (const [askedId, sinks] of all) {
            for (const [sinkId, { open, handed, late, missed, replaced, mostLateMs, ...due }] of sinks) {
              const ends = [open, handed, late, missed, replaced];
              store.run(askedId, sinkId, ...ends, mostLateMs, due.firstDueMs, due.lastDueMs);
            }
          }
        },
      };
    },
  };
}
