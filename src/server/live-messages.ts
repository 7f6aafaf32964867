import type { FleetFacts } from './fleet-facts.ts';
import type { Kind } from './live-viewer.ts';
import { matrixOf } from './matrix.ts';
import type { EventsAnswer } from './schemas/events.ts';
import type { Overview } from './schemas/overview.ts';
import type { Matrix, VenRow } from './schemas/vens.ts';
import { writable } from './writable.ts';

/** The latest message of each kind, written once for all viewers. */
export interface LiveMessages {
  /** All of it; undefined: nothing was read yet. */
  latest(kind: Kind): Buffer | undefined;
  /** Takes what was read, and returns what of it is new. */
  update(facts: FleetFacts, overview: Overview): [Kind, Buffer][];
}

export function createLiveMessages(): LiveMessages {
  const whole = new Map<Kind, Buffer>();
  let overviewText = '';
  let eventsText = '';
  let known: FleetFacts | undefined;
  let componentsText = '';
  let rows = new Map<string | null, string>();

  /** Rows that are not as they were; those that are gone have no loads. */
  function changedRows(matrix: Matrix): VenRow[] {
    const texts = new Map(matrix.vens.map((row) => [row.ven, JSON.stringify(row)]));
    const changed = matrix.vens.filter(({ ven }) => texts.get(ven) !== rows.get(ven));
    const gone = [...rows.keys()].filter((ven) => !texts.has(ven)).map((ven) => emptyRow(ven, matrix));
    rows = texts;
    return [...changed, ...gone];
  }
  function updateMatrix(facts: FleetFacts): [Kind, Buffer][] {
    const matrix = matrixOf(facts);
    const { components } = matrix;
    const changed = changedRows(matrix);
    const text = JSON.stringify(components);
    if (changed.length === 0 && text === componentsText) return [];
    const isOther = text !== componentsText;
    componentsText = text;
    const all = message('matrix', JSON.stringify(matrix));
    whole.set('matrix', all);
    // Whoever looks has no use for rows of other components: also those that read the same are told again.
    if (isOther) return [['matrix', all]];
    return [['matrix', message('matrix', JSON.stringify({ components, vens: changed } satisfies Matrix))]];
  }
  function updateEvents({ events }: FleetFacts): [Kind, Buffer][] {
    const text = JSON.stringify(writable<EventsAnswer>({ events }));
    if (text === eventsText) return [];
    eventsText = text;
    return [['events', keep('events', text)]];
  }
  function updateOverview(overview: Overview): [Kind, Buffer][] {
    const text = JSON.stringify({ ...overview, at: '' });
    if (text === overviewText) return [];
    overviewText = text;
    return [['overview', keep('overview', JSON.stringify(overview))]];
  }
  function keep(kind: Kind, json: string): Buffer {
    const made = message(kind, json);
    whole.set(kind, made);
    return made;
  }

  return {
    latest: (kind) => whole.get(kind),
    update(facts, overview) {
      const changes = updateOverview(overview);
      if (facts === known) return changes;
      known = facts;
      return [...changes, ...updateMatrix(facts), ...updateEvents(facts)];
    },
  };
}

/** A server-sent event; JSON has no line breaks of its own. */
function message(kind: Kind, json: string): Buffer {
  return Buffer.from(`event: ${kind}\ndata: ${json}\n\n`);
}

function emptyRow(ven: string | null, { components }: Matrix): VenRow {
  return { ven, cells: components.map(() => [0, 0, 0, 0, 0]), all: [0, 0, 0, 0, 0], newestReading: null };
}
