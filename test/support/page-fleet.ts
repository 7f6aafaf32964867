import type { FleetKeeper, KeeperState, KeptPlan } from '../../src/api/keep/fleet-keeper.ts';
import type { FleetViews, ViewedLoad } from '../../src/api/views/fleet-views.ts';
import { VenfleetError } from '../../src/core/errors.ts';

/** A name that a page might take for something else. */
export const hostileName = '<img src=x onerror="alert(1)">\u202e\u0000 & "quoted" \n';

type Run = Awaited<ReturnType<FleetViews['runs']>>[number];
type Cells = Awaited<ReturnType<FleetViews['counts']>>['cells'];

/** Fleet views in memory, of which tests change what is to be seen. */
export interface PageFleet {
  cells: Cells[number][];
  runs: Run[];
  missed: number;
  /** Thrown by every reading while it is set. */
  failure: Error | undefined;
  /** Has happened so often. */
  readings: number;
  change(): void;
  readonly views: FleetViews;
}

export const loadId = 'load-1';

export function createPageFleet(): PageFleet {
  let version = 1;
  const read = <T>(make: () => T): Promise<T> =>
    fleet.failure ? Promise.reject(fleet.failure) : Promise.resolve(make());
  const fleet: PageFleet = {
    cells: ['VEN A', 'VEN B', null].flatMap((venName) =>
      ['load_0', 'load_1'].map((component) => ({ ...cell, venName, component })),
    ),
    runs: [aRun(3, { state: 'running' }), aRun(2, { command: 'plan' }), aRun(1, {})],
    missed: 0,
    failure: undefined,
    readings: 0,
    change() {
      version++;
    },
    views: {
      counts: () =>
        read(() => {
          fleet.readings++;
          return { cells: [...fleet.cells], sites: 3 };
        }),
      venPlaces: () =>
        read(() => [
          { venName: 'VEN A', latitude: 46.95, longitude: 7.44, sites: 1 },
          { venName: 'VEN B', latitude: null, longitude: null, sites: 1 },
        ]),
      failures: ({ venName }) => read(() => (venName === undefined || venName === 'VEN A' ? [aFailure] : [])),
      findLoads: ({ text, withoutVen, limit, after }) =>
        read(() => {
          const ids = withoutVen ? ['load-4'] : ['load-1', 'load-2', 'load-3'];
          const all = ids.map((id) => ({ ...aLoad, loadId: id, ...(withoutVen && { venName: null }) }));
          const from = after === undefined ? 0 : all.findIndex((load) => load.loadId === after) + 1;
          const found = all.filter((load) => text === undefined || load.loadId.startsWith(text)).slice(from);
          const loads = found.slice(0, limit);
          return { loads, next: found.length > limit ? (loads.at(-1)?.loadId ?? null) : null };
        }),
      load: (id) => read(() => (id === loadId ? aLoad : undefined)),
      readings: (id, { points }) => read(() => (id === loadId ? readingsOf(points) : undefined)),
      events: () => read(() => [{ ...anEvent }, { ...anEvent, eventId: 'event-2', forMeterData: true }]),
      event: (eventId) => read(() => ({ ...known(eventId), versions: [], log: [], bySink: [], said: [] })),
      explain: (eventId) => read(() => ({ ...anExplanation, eventId: known(eventId).eventId })),
      instructions: ({ limit }) => read(() => [anInstruction].slice(0, limit)),
      dispatchTotals: () =>
        read(() => ({ handed: 5, late: 1, missed: fleet.missed, replaced: 0, open: 2, loadsTold: 4 })),
      reports: () => read(() => [aReportKind]),
      runs: ({ before = Number.POSITIVE_INFINITY, limit }) =>
        read(() => fleet.runs.filter(({ runId }) => runId < before).slice(0, limit)),
      mark: () => read(() => String(version)),
      databaseBytes: () => read(() => 4096),
      close: () => Promise.resolve(),
    },
  };
  return fleet;
}

/** A keeper that keeps nothing, and remembers what it was asked for. */
export interface PageKeeper {
  state: KeeperState;
  plan: KeptPlan | undefined;
  readonly asked: unknown[];
  readonly keeper: FleetKeeper;
}

export function createPageKeeper(): PageKeeper {
  const changed = { loads: 2, changed: 1, already: 1 };
  const made: PageKeeper = {
    state: wellState,
    plan: aPlan(7),
    asked: [],
    keeper: {
      run: () => Promise.resolve(),
      state: () => made.state,
      onChange: () => () => undefined,
      register: () => {
        made.asked.push('register');
      },
      plan: async () => {
        made.asked.push('plan');
        made.plan = aPlan(8);
        return made.plan;
      },
      lastPlan: () => made.plan,
      apply: (request) => {
        made.asked.push(['apply', request]);
      },
      suspend: async (scope) => {
        made.asked.push(['suspend', scope]);
        return changed;
      },
      resume: async (scope) => {
        made.asked.push(['resume', scope]);
        return changed;
      },
    },
  };
  return made;
}

const noWaits = { times: 0, seconds: 0 };
const cell = { total: 10, registered: 6, failed: 1, waiting: 2, skipped: 1 };

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);

export const wellState: KeeperState = {
  startedMs: startMs,
  parts: [
    {
      name: 'reconciliation',
      state: 'waiting',
      sinceMs: startMs,
      problem: null,
      code: null,
      nextMs: startMs,
    },
    { name: 'events', state: 'working', sinceMs: startMs, problem: null, code: null, nextMs: null },
    { name: 'reports', state: 'off', sinceMs: startMs, problem: 'Ask for it.', code: null, nextMs: null },
  ],
  vtn: {
    url: 'http://vtn.example:8000',
    profile: 'openadr-3.1',
    state: 'answering',
    sinceMs: null,
    problem: null,
    requests: { inFlight: 3, window: 8, perSecond: 120.5, medianMs: 14, learnedPerSecond: null },
    waits: { times: 0, seconds: 0 },
  },
  run: { runId: 3, total: 60, counts: { registered: 36 }, perSecond: 99.5 },
  alarms: [],
};

export function aRun(runId: number, changes: Partial<Run>): Run {
  return {
    ...{ runId, command: 'register', by: 'schedule', state: 'succeeded' },
    ...{ startedMs: startMs, endedMs: changes.state === 'running' ? null : startMs + 1000 },
    ...{
      vtn: 'http://vtn.example:8000',
      total: 60,
      counts: { registered: 30, failed: 6, skipped: 6, left: 18 },
    },
    reasons: [{ reason: 'the VTN said no', loads: 6, example: loadId }],
    ...{ problem: null, code: null },
    ...changes,
  };
}

export function aPlan(planId: number, counts: Partial<KeptPlan['result']['counts']> = {}): KeptPlan {
  return {
    planId,
    madeMs: startMs,
    result: {
      ...{ agrees: true, interrupted: false, loads: 60, inSync: 54, skipped: 6, resources: 55 },
      counts: { create: 0, update: 0, remove: 0, correct: 0, conflict: 0, stranger: 1, ...counts },
      actions: [
        {
          kind: 'stranger',
          venName: 'VEN A',
          resourceId: 'r-9',
          name: hostileName,
          externalResourceId: null,
        },
      ],
      ...{ unlistedVens: [], waits: { vtn: noWaits, tokenEndpoint: noWaits }, elapsedSeconds: 1 },
    },
  };
}

const aFailure = {
  ...{
    reason: 'the VTN said no',
    status: 409,
    loads: 6,
    vens: ['VEN A', null],
    latest: '2026-01-02 03:04:05',
  },
  example: { loadId, externalResourceId: 'site-1_load_0' },
};

const anInstruction = {
  ...{ dispatchId: 'd-1', sink: 'file', loadId, events: [{ eventId: 'event-1', version: 1 }] },
  ...{ due: '2026-01-02T03:04:05.000Z', until: null, end: 'handed' as const },
  ...{ ended: '2026-01-02T03:04:06.000Z', reason: null, instruction: { maxPowerW: 500 } },
};

export const aLoad: ViewedLoad = {
  ...{ loadId, externalResourceId: 'site-1_load_0', name: hostileName, component: 'load_0' },
  ...{ componentName: 'Base Load', venName: 'VEN A', siteName: 'Site 1', meterPointId: 'CH-1' },
  ...{ state: 'failed', vtnResourceId: null, resourceId: 'site-1', siteType: 'house', siteSubType: null },
  ...{ address: null, location: '{"latitude": 46.95, "longitude": 7.44}', meterId: 'm-1', vtnVenId: 'v-1' },
  capacities: '{"P_max_kw": 5.0, "note": "none"}',
  failure: { reason: 'the VTN said no', status: 409, failedAt: '2026-01-02 03:04:05' },
  reports: [{ kind: 'bulk', points: 96, fromMs: startMs, untilMs: startMs + 86_400_000, failure: null }],
  ...{ sent: { resourceName: hostileName }, inForce: [anInstruction], instructions: [anInstruction] },
};

function readingsOf(points: number) {
  const all = [0, 1, 2].map((at) => [startMs + at * 900_000, at === 1 ? null : 100 * at] as const);
  return {
    ...{ unit: 'W' as const, points: all.slice(0, points), stepMs: 900_000, fromMs: startMs },
    ...{ untilMs: startMs + 2_700_000, reportedUntilMs: null, problem: null },
  };
}

const anEvent = {
  ...{ eventId: 'event-1', name: 'Peak', programId: 'program-1', state: 'current' as const, version: 1 },
  ...{ firstReceived: '2026-01-02T03:00:00.000Z', starts: '2026-01-02T03:00:00.000Z', ends: null },
  loads: { meant: 6, reached: 5 },
  instructions: { due: 5, handed: 4, late: 1, missed: 0, replaced: 0, open: 0 },
  answers: { sent: 1, sending: 0, failed: 0 },
  reports: { asked: 0, sent: 0, alreadyThere: 0, failed: 0, notSent: 0 },
  forMeterData: false,
  problem: null,
};

function known(eventId: string) {
  if (eventId !== anEvent.eventId) throw new VenfleetError('EVENT_UNKNOWN', { event: `"${eventId}"` });
  return anEvent;
}

const anExplanation = {
  ...{ name: 'Peak', version: 1, state: 'current' as const, profile: 'openadr-3.1', problem: null },
  ...{ selection: ['all loads'], unmatched: [], unknownTypes: [], decided: [], meant: 6, reached: 5 },
  ...{ unreachable: { suspended: 1 }, takingPart: 5, out: {}, asOf: '2026-01-02T03:04:05.000Z' },
  ...{ byVen: [{ name: 'VEN A', loads: 5, takingPart: 5, out: 0 }], byComponent: [], spans: [] },
  ...{ hasMoreSpans: false, loads: [] },
};

const aReportKind = {
  ...{ kind: 'bulk', loads: 60, registered: 36, reporting: 30, failing: 0, points: 2880 },
  ...{ leastUntil: '2026-01-01T00:00:00Z', mostUntil: '2026-01-02T00:00:00Z', newestAgeSeconds: 60 },
  byVen: [
    {
      ...{ venId: 'VEN A', loads: 20, registered: 12, reporting: 12, failing: 0, points: 960 },
      ...{ leastUntil: '2026-01-01T00:00:00Z', mostUntil: '2026-01-02T00:00:00Z', newestAgeSeconds: 60 },
    },
  ],
};
