import type { PlanAnswer } from '../../src/server/schemas/actions.ts';
import type { EventDetailsView, EventExplanationView, EventLine } from '../../src/server/schemas/events.ts';
import type { LoadLine, LoadsAnswer, Readings } from '../../src/server/schemas/loads.ts';
import type { RunsAnswer } from '../../src/server/schemas/runs.ts';
import type { Failures } from '../../src/server/schemas/vens.ts';
import type { StandInFleet } from './stand-in-fleet.ts';

/** What the API says to a request; undefined: there is no such thing. */
export function answers(fleet: StandInFleet, path: string, query: URLSearchParams, method: string): unknown {
  const [first, id, what] = path.split('/').map(decodeURIComponent);
  if (first === 'actions') return actionAnswer(fleet, id, method);
  if (first === 'loads' && id !== undefined) return loadAnswer(fleet, id, what, query);
  if (first === 'events' && id !== undefined) return eventAnswer(fleet, id, what);
  const listings: Readonly<Record<string, () => unknown>> = {
    overview: () => fleet.overview(),
    matrix: () => fleet.matrix(),
    vens: () => fleet.places(),
    failures: () => failuresAnswer(fleet),
    loads: () => loadsAnswer(fleet, query),
    events: () => ({ events: fleet.events() }),
    runs: (): RunsAnswer => ({ runs: query.has('before') ? [] : fleet.runs(), next: null }),
  };
  return listings[first ?? '']?.();
}

function loadsAnswer(fleet: StandInFleet, query: URLSearchParams): LoadsAnswer {
  const wanted = (query.get('q') ?? '').toLowerCase();
  const isWanted = (load: LoadLine) =>
    ['ven', 'component', 'state'].every((key) => !query.has(key) || load[key as 'ven'] === query.get(key)) &&
    `${load.name} ${load.loadId} ${load.externalResourceId} ${load.meterPointId} ${load.siteName}`
      .toLowerCase()
      .includes(wanted);
  const loads: LoadLine[] = [];
  let isAfter = !query.has('after');
  for (const load of fleet.loads()) {
    if (isAfter && isWanted(load)) loads.push(load);
    if (load.loadId === query.get('after')) isAfter = true;
    if (loads.length > 50) break;
  }
  return { loads: loads.slice(0, 50), next: loads.length > 50 ? loads[49]!.loadId : null };
}

function loadAnswer(
  fleet: StandInFleet,
  id: string,
  what: string | undefined,
  query: URLSearchParams,
): unknown {
  const load = fleet.loads().find(({ loadId }) => loadId === id);
  if (!load) return undefined;
  if (what === undefined) return fleet.details(load);
  if (what === 'instructions') return { instructions: fleet.details(load).instructions };
  return readingsOf(fleet, load, query);
}

function readingsOf(fleet: StandInFleet, load: LoadLine, query: URLSearchParams): Readings {
  const stepMs = 15 * 60_000;
  const day = 24 * 3_600_000;
  const lastMs = Math.floor(Date.parse(fleet.iso(0)) / stepMs) * stepMs;
  const firstMs = lastMs - 60 * day;
  if (load.component === 'load_5')
    return {
      unit: 'W',
      points: [],
      stepMs: null,
      from: null,
      until: null,
      reportedUntil: null,
      problem: 'The meter file has no series of this load.',
    };
  const fromMs = Math.max(firstMs, Date.parse(query.get('from') ?? '') || firstMs);
  const untilMs = Math.min(lastMs, Date.parse(query.get('until') ?? '') || lastMs);
  const most = Number(query.get('points') ?? 1_000);
  const every = Math.max(1, Math.ceil((untilMs - fromMs) / stepMs / most));
  const points: [number, number | null][] = [];
  for (let at = fromMs; at < untilMs; at += stepMs * every) {
    const hourOfDay = (at / 3_600_000) % 24;
    const isGap = Math.floor(at / day) % 11 === 3 && hourOfDay > 9 && hourOfDay < 15;
    const peaks = Math.exp(-((hourOfDay - 7) ** 2) / 3) + 1.4 * Math.exp(-((hourOfDay - 18) ** 2) / 5);
    points.push([
      at,
      isGap ? null : Math.round(120 + 1_900 * peaks + 260 * Math.abs(Math.sin(at / 7_777_777))),
    ]);
  }
  return {
    unit: 'W',
    points,
    stepMs: stepMs * every,
    from: new Date(firstMs).toISOString(),
    until: new Date(lastMs).toISOString(),
    reportedUntil: new Date(lastMs - 6 * 3_600_000).toISOString(),
    problem: null,
  };
}

function failuresAnswer(fleet: StandInFleet): Failures {
  const failed = fleet.overview().loads.failed;
  if (failed === 0) return { reasons: [] };
  const example = fleet.loads().find(({ state }) => state === 'failed')!;
  const about = { latest: fleet.iso(-7_200_000), example };
  return {
    reasons: [
      {
        ...about,
        reason: 'The VTN refused it: resourceName must be unique within the VEN.',
        status: 409,
        loads: failed - 21,
        vens: 19,
      },
      { ...about, reason: 'The VTN has no VEN of this id.', status: 404, loads: 17, vens: 3 },
      {
        ...about,
        reason: 'The connection was lost, and the load is not on the VTN.',
        status: null,
        loads: 4,
        vens: 4,
      },
    ],
  };
}

function eventAnswer(fleet: StandInFleet, id: string, what: string | undefined): unknown {
  const event = fleet.events().find(({ eventId }) => eventId === id);
  if (!event) return undefined;
  return what === 'explain' ? explanationOf(fleet, event) : eventDetailsOf(fleet, event);
}

function eventDetailsOf({ iso }: StandInFleet, event: EventLine): EventDetailsView {
  const hour = 3_600_000;
  const { due, handed, late, missed, replaced, open } = event.instructions;
  const rest = { late: 0, missed: 0, replaced: 0, open: 0 };
  return {
    ...event,
    versions: Array.from({ length: event.version }, (_, index) => ({
      version: index + 1,
      state: event.state,
      received: iso(-(8 - index) * hour),
      receivedBy: index === 0 ? 'poll' : 'webhook',
      starts: event.starts,
      ends: event.ends,
      problem: event.problem,
    })),
    log: [
      { at: iso(-8 * hour), version: 1, what: 'received', detail: { by: 'poll' } },
      { at: iso(-8 * hour + 900), version: 1, what: 'answered', detail: { sent: 287 } },
      { at: iso(-7 * hour), version: 2, what: 'changed', detail: { by: 'webhook' } },
      {
        at: iso(-1.2 * hour),
        version: null,
        what: 'missed',
        detail: { loads: 120, reason: 'The broker could not be reached.' },
      },
    ],
    bySink: [
      {
        sink: 'mqtt://broker.example:1883',
        version: event.version,
        due: due - 400,
        handed: handed - 400,
        late,
        missed,
        replaced,
        open,
        mostLateMs: late > 0 ? 42_000 : null,
      },
      {
        sink: 'instructions.ndjson',
        version: event.version,
        due: 400,
        handed: 400,
        ...rest,
        mostLateMs: null,
      },
    ],
    said: [
      {
        at: iso(-8 * hour),
        version: 1,
        venName: 'Aalborg',
        kind: 'report',
        answer: 'OPT_IN',
        state: 'sent',
        reason: null,
      },
      {
        at: iso(-8 * hour),
        version: 1,
        venName: 'Aarhus',
        kind: 'report',
        answer: 'OPT_IN',
        state: 'failed',
        reason: 'HTTP 404: there is no such event',
      },
    ],
  };
}

function explanationOf(fleet: StandInFleet, event: EventLine): EventExplanationView {
  const { iso, matrix, rows } = fleet;
  const components = matrix().components;
  const name = (index: number) => components[index]!.component;
  const setpoint = {
    type: 'IMPORT_CAPACITY_LIMIT',
    values: [20],
    units: 'KW',
    limitKw: 3.5,
    reason: 'its part of the limit of its site',
  };
  return {
    eventId: event.eventId,
    problem: event.problem,
    selection: [
      'TARGET load_1, load_2, as load component',
      'only loads of VENs that see it: Aalborg, Aarhus and 285 others',
    ],
    unmatched: [{ label: 'TARGET', value: 'load_9' }],
    unknownTypes: ['X_COLOUR'],
    decided: ['It has no end: it lasts until it is changed or cancelled.'],
    meant: 19_402,
    reached: 19_399,
    unreachable: { 'not registered': 3 },
    takingPart: 19_001,
    out: { 'the VEN opts out by the policy': 398 },
    asOf: iso(0),
    byVen: rows.map((row) => ({
      name: row.ven ?? '',
      loads: row.cells[1]![0],
      takingPart: row.cells[1]![1],
      out: row.cells[1]![2],
    })),
    byComponent: [0, 1].map((index) => ({
      name: name(index + 1),
      loads: 9_700,
      takingPart: 9_500,
      out: 200,
    })),
    spans: [0, 1, 2].map((interval) => ({
      type: interval === 2 ? 'SIMPLE' : 'IMPORT_CAPACITY_LIMIT',
      values: [20 - interval * 4],
      units: interval === 2 ? null : 'KW',
      interval,
      from: iso(-3_600_000 + interval * 1_800_000),
      until: interval === 2 ? null : iso(-1_800_000 + interval * 1_800_000),
    })),
    hasMoreSpans: false,
    loads: [1, 2].map((index) => ({
      loadId: `load-${index + 1}`,
      venName: rows[0]!.ven,
      siteId: 'res_1',
      component: name(index),
      isReached: true,
      unreachable: null,
      hasMore: false,
      steps: [
        {
          from: iso(-3_600_000),
          out: null,
          instruction: { setpoints: [{ ...setpoint, fromMs: 0, untilMs: null }] },
        },
        {
          from: iso(0),
          out: index === 2 ? 'the VEN opts out by the policy' : null,
          instruction: { setpoints: [] },
        },
      ],
    })),
  };
}

function actionAnswer(fleet: StandInFleet, action: string | undefined, method: string): unknown {
  if (action === 'plan') return { plan: method === 'POST' ? planOf(fleet).plan : null };
  if (action === 'suspend' || action === 'resume') return { loads: 1, changed: 1, already: 0 };
  return { accepted: true };
}

function planOf({ iso }: StandInFleet): PlanAnswer {
  return {
    plan: {
      planId: 7,
      made: iso(-4_000),
      agrees: false,
      loads: 116_412,
      inSync: 115_906,
      skipped: 92,
      resources: 116_320,
      counts: { create: 402, update: 12, remove: 30, correct: 0, conflict: 1, stranger: 4 },
      actions: Array.from({ length: 200 }, (_, index) => ({
        kind: index < 30 ? 'remove' : 'create',
        ven: 'Aalborg',
        loadId: `load-${index}`,
        externalResourceId: `aalborg_${index}_load_1`,
        text: index < 30 ? 'its site is disabled' : 'it is not on the VTN',
      })),
      unlistedVens: [{ ven: 'Aarhus', reason: 'HTTP 403' }],
    },
  };
}
