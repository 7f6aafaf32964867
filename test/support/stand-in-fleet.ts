import { componentNames, usualComponents } from '../../src/fleet/components.ts';
import { towns } from '../../src/fleet/generate/towns.ts';
import type { EventLine, InstructionView } from '../../src/server/schemas/events.ts';
import type { LoadDetailsView, LoadLine } from '../../src/server/schemas/loads.ts';
import type { Overview } from '../../src/server/schemas/overview.ts';
import type { RunView } from '../../src/server/schemas/runs.ts';
import type { Matrix, ShortCounts, VenPlaces, VenRow } from '../../src/server/schemas/vens.ts';

/** `well`: all is as it should be; `trouble`: much is not; `registering`: a run goes on; `hostile`: names that do harm, if they can. */
export type Scenario = 'well' | 'trouble' | 'registering' | 'hostile' | 'empty';

export const hostileNames = [
  '<img src=x onerror=alert(1)>',
  '‮drowkcab si siht',
  'مبنى المدرسة',
  `${'Very-long-'.repeat(30)}end`,
  '"><script>alert(1)</script>',
  'javascript:alert(1)',
  'a/b?c=d&e#f %20 100%',
];

const minute = 60_000;
const hour = 60 * minute;

/** A fleet of 287 VENs with six components each, made up, and the same each time. */
export function standInFleet(scenario: Scenario, nowMs: number) {
  const iso = (fromNowMs: number) => new Date(nowMs + fromNowMs).toISOString();
  const vens = scenario === 'empty' ? [] : venNames(scenario);
  const rows = vens.map((ven, index) => rowOf(ven, index, scenario, iso));
  return {
    iso,
    rows,
    matrix: (): Matrix => ({
      components: usualComponents.map((component) => ({ component, name: componentNames[component]! })),
      vens: rows,
    }),
    places: (): VenPlaces => placesOf(rows),
    loads: () => loadsOf(rows),
    events: () => (scenario === 'empty' ? [] : eventsOf(scenario, iso)),
    runs: () => (scenario === 'empty' ? [] : runsOf(scenario, iso)),
    overview: () => overviewOf(scenario, rows, iso),
    details: (load: LoadLine) => detailsOf(load, iso),
  };
}

export type StandInFleet = ReturnType<typeof standInFleet>;

function venNames(scenario: Scenario): string[] {
  const all = [...new Set(towns.map(([name]) => name))];
  const quarters = ['Nord', 'Syd', 'Øst', 'Vest'].flatMap((quarter) =>
    all.map((name) => `${name} ${quarter}`),
  );
  const names = [...all, ...quarters].slice(0, 287);
  if (scenario === 'hostile') names.splice(0, hostileNames.length, ...hostileNames);
  return names;
}

/** A number from 0 to 1 that belongs to a number. */
function chance(seed: number): number {
  const x = Math.sin(seed * 12.9898 + 4.137) * 43_758.5453;
  return x - Math.floor(x);
}

function rowOf(ven: string, index: number, scenario: Scenario, iso: (ms: number) => string): VenRow {
  const sites = index === 0 ? 500 : Math.max(3, Math.round(140 * chance(index) ** 2 + 12));
  const isIll = scenario !== 'well' && chance(index + 900) < 0.08;
  const cells = usualComponents.map((_, column): ShortCounts => {
    const skipped = chance(index * 7 + column) < 0.05 ? 2 : 0;
    const meant = sites - skipped;
    if (scenario === 'registering' && index > 140)
      return [
        sites,
        index > 150 ? 0 : Math.round(meant * 0.6),
        0,
        index > 150 ? meant : meant - Math.round(meant * 0.6),
        skipped,
      ];
    const failed = isIll
      ? Math.round(meant * chance(index * 13 + column) ** 2)
      : chance(index * 3 + column) < 0.02 && scenario !== 'well'
        ? 1
        : 0;
    return [sites, meant - failed, failed, 0, skipped];
  });
  return { ven, cells, all: summed(cells), newestReading: iso(-15 * minute) };
}

export function summed(cells: readonly ShortCounts[]): ShortCounts {
  return [0, 1, 2, 3, 4].map((at) => cells.reduce((sum, cell) => sum + cell[at]!, 0)) as ShortCounts;
}

function countsOf([total, registered, failed, waiting, skipped]: ShortCounts) {
  return { total, registered, failed, waiting, skipped };
}

function placesOf(rows: readonly VenRow[]): VenPlaces {
  const byName = new Map(towns.map((row) => [row[0], row]));
  const vens = rows.flatMap((row, index) => {
    const name = (row.ven ?? '').replace(/ (Nord|Syd|Øst|Vest)$/, '');
    const town = byName.get(name) ?? towns[index % towns.length]!;
    const away = name === row.ven ? 0 : 0.03;
    const [, , latitude, longitude] = town;
    return [
      {
        ven: row.ven ?? '',
        latitude: latitude + away * (chance(index) - 0.5) * 2,
        longitude: longitude + away * (chance(index + 5) - 0.5) * 3,
        sites: row.cells[0]![0],
        loads: countsOf(row.all),
      },
    ];
  });
  return { vens: vens.slice(2), withoutPlace: vens.slice(0, 2).map(({ ven }) => ven) };
}

function* loadsOf(rows: readonly VenRow[]): Generator<LoadLine> {
  let number = 0;
  for (const row of rows)
    for (let site = 0; site < row.all[0] / usualComponents.length; site++)
      for (const [column, component] of usualComponents.entries()) {
        const [, registered, failed, waiting] = row.cells[column]!;
        const state =
          site < failed
            ? 'failed'
            : site < failed + registered
              ? 'registered'
              : site < failed + registered + waiting
                ? 'waiting'
                : 'suspended';
        number += 1;
        const ven = row.ven ?? '';
        const isBad = hostileNames.includes(ven);
        yield {
          loadId: `load-${number}`,
          externalResourceId: `${isBad ? ven : `${ven.toLowerCase().replaceAll(' ', '_')}_${site}`}_${component}`,
          name: isBad ? ven : componentNames[component]!,
          component,
          componentName: componentNames[component]!,
          ven: row.ven,
          siteName: isBad ? ven : `${ven}, house ${site + 1}`,
          meterPointId: `5713131${String(10_000_000_000 + number)}`,
          state,
          vtnResourceId:
            state === 'registered' ? `a1b2c3d4-0000-4000-8000-${String(number).padStart(12, '0')}` : null,
        };
      }
}

function detailsOf(load: LoadLine, iso: (ms: number) => string): LoadDetailsView {
  const failure =
    load.state === 'failed'
      ? {
          reason: 'The VTN refused it: resourceName must be unique within the VEN.',
          status: 409,
          at: iso(-2 * hour),
        }
      : null;
  const instructions = instructionsOf(load.loadId, iso);
  return {
    ...load,
    resourceId: load.externalResourceId.replace(/_load_\d$/, ''),
    siteType: 'RESIDENTIAL',
    siteSubType: 'DETACHED_HOUSE',
    address: `${load.siteName}, Algade 7, 9000 Aalborg`,
    latitude: 57.05,
    longitude: 9.92,
    meterId: `M-${load.meterPointId.slice(-8)}`,
    capacities: { max_power_kw: 3.5, min_power_kw: 0, max_energy_kwh: 12 },
    vtnVenId: load.ven === null ? null : '7f0e1c52-3f0f-4a0c-8f2e-2f6b2e5a9d11',
    sent: {
      resourceName: load.externalResourceId,
      venID: '7f0e1c52-3f0f-4a0c-8f2e-2f6b2e5a9d11',
      attributes: [
        { type: 'LOCATION', values: [{ x: 9.92, y: 57.05 }] },
        { type: 'MAX_POWER_CONSUMPTION', values: [3.5] },
      ],
      targets: [load.component, load.ven, load.meterPointId],
    },
    failure,
    reports: [
      {
        kind: 'openadr-3.1',
        points: 2_880,
        from: iso(-30 * 24 * hour),
        until: iso(-15 * minute),
        failure: null,
      },
      ...(failure
        ? [
            {
              kind: 'flex-gateway',
              points: 0,
              from: null,
              until: null,
              failure: { reason: 'The resource does not exist.', status: 404, at: iso(-hour) },
            },
          ]
        : []),
    ],
    inForce: instructions.slice(0, 1),
    instructions,
  };
}

function instructionsOf(loadId: string, iso: (ms: number) => string): InstructionView[] {
  const ends = ['handed', 'handed', 'late', 'handed', 'missed', 'replaced', 'handed'] as const;
  return ends.map((end, index) => {
    const due = (index === 0 ? -0.5 : -24 * index) * hour;
    return {
      dispatchId: `d-${index + 1}`,
      sink: index % 2 ? 'https://devices.example/dispatches' : 'mqtt://broker.example:1883',
      loadId,
      events: [{ eventId: `event-${index + 1}`, version: 1 }],
      due: iso(due),
      until: iso(due + 2 * hour),
      end,
      ended: iso(due + (end === 'late' ? 42_000 : 120)),
      reason: end === 'missed' ? 'The broker could not be reached until its time was over.' : null,
      instruction: {
        setpoints: [
          {
            type: 'IMPORT_CAPACITY_LIMIT',
            values: [20],
            units: 'KW',
            event: `event-${index + 1}`,
            version: 1,
            interval: 0,
            limitKw: 1 + index / 2,
            reason: 'its part of the limit of its site',
          },
        ],
      },
    };
  });
}

function eventsOf(scenario: Scenario, iso: (ms: number) => string): EventLine[] {
  const names =
    scenario === 'hostile'
      ? hostileNames
      : ['Evening peak', 'Grid limit North', 'Price of tomorrow', 'Test of water heaters', 'Winter reserve'];
  const spans: [number, number | null][] = [
    [-1.2 * hour, 0.8 * hour],
    [-0.2 * hour, 3 * hour],
    [9 * hour, 33 * hour],
    [-26 * hour, -25 * hour],
    [-5 * hour, null],
    [2 * hour, 4 * hour],
    [-8 * hour, -6 * hour],
  ];
  return spans.map(([from, until], index): EventLine => {
    const isOver = until !== null && until < 0;
    const isBad = scenario === 'trouble' && index < 2;
    const due = from > 0 ? 5_000 : 116_000 - index * 9_000;
    const missed = isBad ? 120 : 0;
    const late = isBad ? 940 : 0;
    return {
      eventId: `event-${index + 1}`,
      name: names[index % names.length]!,
      programId: 'program-1',
      state: isOver ? 'over' : index === 6 ? 'cancelled' : 'current',
      version: 1 + (index % 3),
      firstReceived: iso(from - 6 * hour),
      starts: iso(from),
      ends: until === null ? null : iso(until),
      loads: index === 5 ? null : { meant: 19_402, reached: 19_399 },
      instructions: {
        due,
        handed: from > 0 ? 0 : due - missed - late,
        late,
        missed,
        replaced: 0,
        open: from > 0 ? due : 0,
      },
      answers: { sent: 287, sending: from > 0 ? 12 : 0, failed: isBad ? 3 : 0 },
      reports: { asked: 287, sent: 285, alreadyThere: 0, failed: 2, notSent: 0 },
      forMeterData: false,
      problem: index === 5 ? 'It has no interval that can be understood: its start is no time.' : null,
    };
  });
}

function runsOf(scenario: Scenario, iso: (ms: number) => string): RunView[] {
  const base = { perSecond: null, reasons: [], problem: null, code: null };
  const past: RunView[] = [
    {
      ...base,
      runId: 41,
      command: 'plan',
      by: 'schedule',
      state: 'succeeded',
      started: iso(-25 * minute),
      ended: iso(-23 * minute),
      total: 116_412,
      counts: { inSync: 115_906, create: 402, update: 12, skipped: 92 },
    },
    {
      ...base,
      runId: 40,
      command: 'register',
      by: 'command',
      state: 'succeeded',
      started: iso(-3 * hour),
      ended: iso(-3 * hour + 190_000),
      total: 116_412,
      counts: { registered: 96_100, alreadyRegistered: 19_800, failed: 420, skipped: 92 },
      reasons: [
        {
          reason: 'The VTN refused it: resourceName must be unique within the VEN.',
          loads: 401,
          example: 'aalborg_17_load_1',
        },
        { reason: 'HTTP 500: internal error', loads: 19, example: 'ribe_3_load_0' },
      ],
    },
    {
      ...base,
      runId: 39,
      command: 'apply',
      by: 'person',
      state: 'failed',
      started: iso(-26 * hour),
      ended: iso(-26 * hour + 70_000),
      total: 116_412,
      counts: { registered: 4_000, removed: 12, failed: 3, left: 112_397 },
      problem: 'The VTN refuses the token: HTTP 403.',
      code: 'VTN_REFUSES_TOKEN',
    },
    {
      ...base,
      runId: 38,
      command: 'report history',
      by: 'command',
      state: 'interrupted',
      started: iso(-50 * hour),
      ended: iso(-49 * hour),
      total: 90_000,
      counts: { done: 60_000, left: 30_000 },
    },
    {
      ...base,
      runId: 37,
      command: 'register',
      by: 'schedule',
      state: 'died',
      started: iso(-74 * hour),
      ended: null,
      total: 116_412,
      counts: {},
    },
  ];
  return scenario === 'registering' ? [runningRun(0, 0, iso), ...past] : past;
}

export function runningRun(registered: number, failed: number, iso: (ms: number) => string): RunView {
  return {
    runId: 42,
    command: 'register',
    by: 'person',
    state: 'running',
    started: iso(-90_000),
    ended: null,
    total: 116_412,
    counts: { registered, failed, skipped: 92, alreadyRegistered: 40_110 },
    perSecond: 742.4,
    reasons: [],
    problem: null,
    code: null,
  };
}

function overviewOf(scenario: Scenario, rows: readonly VenRow[], iso: (ms: number) => string): Overview {
  const all = countsOf(summed(rows.map((row) => row.all)));
  const meant = all.total - all.skipped;
  const isBad = scenario === 'trouble' || scenario === 'hostile';
  const runs = scenario === 'empty' ? [] : runsOf(scenario, iso);
  const part = { since: iso(-3 * hour), problem: null, code: null, next: null };
  return {
    at: iso(0),
    version: '0.1.0',
    started: iso(-3 * hour),
    database: scenario === 'hostile' ? hostileNames[3]! : 'fleet.db',
    loads: { ...all, successRate: meant > 0 ? all.registered / meant : null },
    vens: {
      total: rows.length,
      complete: rows.filter(({ all: [, , failed, waiting] }) => failed + waiting === 0).length,
    },
    sites: all.total / 6,
    vtn: {
      url: isBad ? 'https://vtn.example/openadr3/3.1.0' : 'http://localhost:8000',
      profile: 'openadr-3.1',
      state: isBad ? 'silent' : 'answering',
      since: isBad ? iso(-4 * minute) : null,
      problem: isBad ? 'It does not answer: connect ECONNREFUSED 10.0.0.7:443.' : null,
      requests: {
        inFlight: isBad ? 0 : 12,
        window: 64,
        perSecond: isBad ? 0 : 118.2,
        medianMs: isBad ? null : 14.2,
        learnedPerSecond: isBad ? 900 : null,
      },
      waits: isBad ? { times: 17, seconds: 212 } : { times: 0, seconds: 0 },
    },
    parts: [
      {
        ...part,
        name: 'reconciliation',
        state: scenario === 'registering' ? 'working' : 'waiting',
        next: iso(35 * minute),
      },
      {
        ...part,
        name: 'events',
        state: isBad ? 'degraded' : 'working',
        ...(isBad && {
          problem: 'The broker mqtt://broker.example:1883 cannot be reached.',
          code: 'SINK_UNREACHABLE',
          next: iso(20_000),
        }),
      },
      {
        ...part,
        name: 'reports',
        state: scenario === 'empty' ? 'off' : 'working',
        problem: scenario === 'empty' ? 'Give --meter-data to have readings reported.' : null,
      },
    ],
    run: runs.find(({ state }) => state === 'running') ?? null,
    reconciled: runs.find(({ command }) => command === 'plan') ?? null,
    events:
      scenario === 'empty'
        ? { running: 0, upcoming: 0, remembered: 0, loadsTold: 0, handed: 0, late: 0, missed: 0 }
        : {
            running: 3,
            upcoming: 2,
            remembered: 7,
            loadsTold: 19_399,
            handed: 231_044,
            late: isBad ? 940 : 0,
            missed: isBad ? 120 : 0,
          },
    reports:
      scenario === 'empty'
        ? null
        : {
            kind: 'openadr-3.1',
            points: 41_230_112,
            reporting: 116_320,
            failing: isBad ? 34 : 0,
            isReplay: false,
            newest: iso(-9 * minute),
          },
    attention: isBad
      ? [
          {
            severity: 'error',
            text: 'The VTN has not answered for 4 minutes: connect ECONNREFUSED 10.0.0.7:443.',
            link: null,
          },
          {
            severity: 'error',
            text: `${all.failed.toLocaleString('en')} loads of 23 VENs failed to register; most often: resourceName must be unique.`,
            link: '/failures',
          },
          {
            severity: 'error',
            text: '120 instructions of event Evening peak were missed.',
            link: '/events/event-1',
          },
          {
            severity: 'warning',
            text:
              scenario === 'hostile'
                ? hostileNames[0]! + hostileNames[3]!
                : 'Events are not handed over: the broker cannot be reached.',
            link: null,
          },
        ]
      : [],
    actions: ['register', 'plan', 'apply', 'suspend', 'resume'],
  };
}
