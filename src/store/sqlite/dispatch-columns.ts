/*
 * Dispatches as they are copied to the thread that writes the journal: in columns, and what many have in common once.
 */
import { hash } from 'node:crypto';
import { type Columns, toColumns } from '../../core/columns.ts';
import type { DispatchResult, JournalDispatch } from '../event-store.ts';

/** What is to be noted. */
export interface DispatchesToNote {
  readonly sinks: readonly string[];
  readonly instructions: readonly InstructionText[];
  readonly rows: Columns<NotedRow>;
}

/** An instruction, and the events that it follows. */
export interface InstructionText {
  readonly hash: string;
  readonly instruction: string;
  /** `[event id, version]` each, as JSON text. */
  readonly asked: string;
  readonly events: JournalDispatch['events'];
}

/** `sink` and `instruction` are places in the lists. */
interface NotedRow extends Pick<JournalDispatch, 'dispatchId' | 'loadId' | 'dueMs' | 'untilMs'> {
  readonly sink: number;
  readonly instruction: number;
}

/** How dispatches ended: `sink` and `reason` are places in the lists, the reason one in `reasons`. */
export interface DispatchesToEnd {
  readonly sinks: readonly string[];
  readonly reasons: readonly (string | null)[];
  readonly rows: Columns<
    Pick<DispatchResult, 'dispatchId' | 'loadId' | 'dueMs' | 'end' | 'atMs'> & {
      readonly sink: number;
      readonly reason: number;
    }
  >;
}

export function dispatchesToNote(dispatches: readonly JournalDispatch[]): DispatchesToNote {
  const sinks = createPlaces<string>();
  const askedOf = createAskedTexts();
  const instructions = new Map<string, { place: number; text: InstructionText }>();
  const placeOf = ({ events, instruction }: JournalDispatch): number => {
    const asked = askedOf(events);
    const key = `${asked}\n${instruction}`;
    const known = instructions.get(key);
    if (known) return known.place;
    const text = { hash: hash('sha256', key, 'base64url'), instruction, asked, events };
    const place = instructions.size;
    instructions.set(key, { place, text });
    return place;
  };
  const rows = toColumns<JournalDispatch, NotedRow>(dispatches, {
    sink: ({ sink }) => sinks.placeOf(sink),
    instruction: placeOf,
    loadId: ({ loadId }) => loadId,
    dispatchId: ({ dispatchId }) => dispatchId,
    dueMs: ({ dueMs }) => dueMs,
    untilMs: ({ untilMs }) => untilMs,
  });
  return { sinks: sinks.all(), instructions: [...instructions.values()].map(({ text }) => text), rows };
}

export function dispatchesToEnd(results: readonly DispatchResult[]): DispatchesToEnd {
  const sinks = createPlaces<string>();
  const reasons = createPlaces<string | null>();
  const rows: DispatchesToEnd['rows'] = toColumns(results, {
    sink: ({ sink }: DispatchResult) => sinks.placeOf(sink),
    reason: ({ reason }) => reasons.placeOf(reason),
    loadId: ({ loadId }) => loadId,
    dispatchId: ({ dispatchId }) => dispatchId,
    dueMs: ({ dueMs }) => dueMs,
    end: ({ end }) => end,
    atMs: ({ atMs }) => atMs,
  });
  return { sinks: sinks.all(), reasons: reasons.all(), rows };
}

/** Gives each value that it meets its place in a list. */
function createPlaces<T>() {
  const places = new Map<T, number>();
  return {
    placeOf(value: T): number {
      const place = places.get(value) ?? places.size;
      places.set(value, place);
      return place;
    },
    all: (): T[] => [...places.keys()],
  };
}

/** The same list of events is written out once, however many dispatches have it. */
function createAskedTexts() {
  const texts = new Map<JournalDispatch['events'], string>();
  return (events: JournalDispatch['events']): string => {
    const text =
      texts.get(events) ?? JSON.stringify(events.map(({ eventId, version }) => [eventId, version]));
    texts.set(events, text);
    return text;
  };
}
