import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { listEvents } from '../../src/api/event-status.ts';
import { type FollowEventsOptions, followEvents, type Sink } from '../../src/api/follow-events.ts';
import { prepareReports } from '../../src/api/prepare-reports.ts';
import { register } from '../../src/api/register.ts';
import { watchStatus } from '../../src/api/watch-status.ts';
import type { EventNote } from '../../src/store/event-store.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, readLoads, sitesOf, temporaryFolder } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { hourly, writeMeterFile } from '../support/meter-file.ts';
import { openAdrProfiles, quickRetry } from '../support/reporting-fleet.ts';
import { simulatorFor } from '../support/simulator.ts';
import { type TroubledRequest, troubledVtn } from '../support/troubled-vtn.ts';

type ProfileName = 'openadr-3.0' | 'openadr-3.1';

interface Sent {
  readonly reportName: string;
  readonly clientName: string;
  readonly programID?: string;
  readonly payloadDescriptors: readonly { readonly payloadType: string; readonly units?: string }[];
  readonly resources: readonly {
    readonly resourceName: string;
    readonly intervals: readonly {
      readonly id: number;
      readonly intervalPeriod: { readonly start: string; readonly duration: string };
      readonly payloads: readonly { readonly type: string; readonly values: readonly unknown[] }[];
    }[];
  }[];
}

/** A sink that takes all. */
const sink: Sink = {
  name: 'test',
  batchSize: 100,
  handOver: async () => ({ failed: new Map() }),
  whichArrived: async () => new Set(),
  close: async () => undefined,
};

/** A fleet of 2 sites in Aalborg and 1 in Aarhus, two loads each, with a meter file; its VTN may be down for reports, or for all. */
async function fleetOn(t: TestContext, profile: ProfileName) {
  const loads = { load_0: 'Base Load', load_1: 'Water Heater' };
  const dbPath = pythonDatabase(
    t,
    sitesOf({ Aalborg: 2, Aarhus: 1 }).map((site) => ({ ...site, loads })),
  );
  const simulator = await simulatorFor(t, { dialect: profile });
  const trouble = { isDown: (_: TroubledRequest): boolean => false };
  const { url } = await troubledVtn(t, simulator.url, (request) =>
    trouble.isDown(request) ? 'cut' : 'pass',
  );
  const vtn = { dbPath, vtnUrl: url, profile, bearerToken: 'secret', retry: quickRetry };
  assert.ok((await register(vtn)).success);
  const meterData = join(temporaryFolder(t), 'meters.h5');
  const meters = readLoads(dbPath).map(({ h5_meter_id: meter }) => [
    meter,
    { load_0: hourly(4), load_1: hourly(2) },
  ]);
  await writeMeterFile(meterData, Object.fromEntries(meters));
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await fetch(simulator.url + path, {
      method,
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(answer.ok, await answer.clone().text());
    return (await answer.json()) as Record<string, string> & Sent[];
  };
  const { id: programID } = await ask('POST', '/programs', { objectType: 'PROGRAM', programName: 'Flex' });
  const post = async (event: object): Promise<string> =>
    (await ask('POST', '/events', { objectType: 'EVENT', programID, ...event })).id ?? '';
  const reports = async (eventId: string): Promise<Sent[]> => {
    const all: Sent[] = await ask('GET', `/reports?eventID=${eventId}&limit=50`);
    assert.ok(all.length < 50);
    return all.sort((a, b) => (a.reportName < b.reportName ? -1 : 1));
  };
  const log = async (eventId: string) => {
    const store = await openStore(dbPath, { readOnly: true });
    try {
      return await store.eventNotes(eventId);
    } finally {
      await store.close();
    }
  };
  const follow = (options: Partial<FollowEventsOptions>) =>
    followEvents({ ...vtn, sinks: [sink], ...options });
  return { vtn, dbPath, simulator, trouble, meterData, programID, post, reports, log, follow };
}

/** Names under which loads of a VEN are registered on the VTN. */
const registered = ({ simulator }: Awaited<ReturnType<typeof fleetOn>>, venName: string) =>
  [...simulator.resources()].flatMap(({ ven, name }) => (ven === venName ? [name] : [])).sort();

const countsOf = ({ asked, sent, alreadyThere, failed, notSent }: EventNote['detail']) => ({
  ...{ asked, sent, alreadyThere, failed, notSent },
});

for (const [profile, test] of inTurn(openAdrProfiles as readonly ProfileName[]))
  test(`${profile}: readings that an event asks for stand on the VTN, once, and in its log`, async (t) => {
    const fleet = await fleetOn(t, profile);
    const eventId = await fleet.post({
      intervalPeriod: { start: '2025-01-15T08:00:00Z', duration: 'PT1H' },
      intervals: [0, 1, 2].map((id) => ({ id, payloads: [{ type: 'SIMPLE', values: [1] }] })),
      reportDescriptors: [
        { payloadType: 'USAGE' },
        { payloadType: 'DEMAND', units: 'W', numIntervals: 2, startInterval: 1, aggregate: true },
        { payloadType: 'USAGE', historical: false },
      ],
    });
    for (let start = 0; start < 2; start++) await fleet.follow({ once: true, meterData: fleet.meterData });
    const sent = await fleet.reports(eventId);
    assert.deepEqual(
      sent
        .map(({ clientName, payloadDescriptors: [one] }) => [clientName, one?.payloadType, one?.units])
        .sort(),
      [
        ['Aalborg', 'DEMAND', 'W'],
        ['Aalborg', 'USAGE', 'KWH'],
        ['Aarhus', 'DEMAND', 'W'],
        ['Aarhus', 'USAGE', 'KWH'],
      ],
    );
    const of = (ven: string, type: string) =>
      sent.find((one) => one.clientName === ven && one.payloadDescriptors[0]?.payloadType === type);
    const usage = of('Aalborg', 'USAGE');
    assert.match(usage?.reportName ?? '', new RegExp(`^report-${eventId}-v1-d0-0-[0-9a-f]{16}$`));
    assert.equal(usage?.programID, profile === 'openadr-3.0' ? fleet.programID : undefined);
    const names = usage?.resources.map(({ resourceName }) => resourceName).sort();
    assert.deepEqual(names, registered(fleet, 'Aalborg'));
    // The meter of the water heaters has no third hour.
    assert.deepEqual(
      usage?.resources.map(({ intervals }) => intervals.map(({ id, payloads }) => [id, ...payloads])),
      [3, 2, 3, 2].map((hours) =>
        [0, 1, 2].slice(0, hours).map((hour) => [hour, { type: 'USAGE', values: [(100 + hour) / 1000] }]),
      ),
    );
    const { intervalPeriod } = usage?.resources[0]?.intervals[1] ?? {};
    assert.equal(Date.parse(intervalPeriod?.start ?? ''), Date.UTC(2025, 0, 15, 9));
    assert.deepEqual(
      of('Aarhus', 'DEMAND')?.resources.map(({ resourceName, intervals }) => [
        resourceName,
        intervals.map(({ id, payloads }) => [id, payloads[0]?.values]),
      ]),
      [
        [
          'AGGREGATED_REPORT',
          [
            [0, [200]],
            [1, [202]],
          ],
        ],
      ],
    );
    const log = await fleet.log(eventId);
    assert.deepEqual(
      log
        .filter(({ what }) => what === 'reported')
        .map(({ detail }) => ({ of: detail.descriptor, ...countsOf(detail), less: detail.incompleteLoads })),
      [0, 1].map((of) => ({
        ...{ of, asked: 2, sent: 2, alreadyThere: 0, failed: 0, notSent: 0 },
        less: of === 0 ? 3 : undefined,
      })),
    );
    assert.deepEqual(
      log.filter(({ what }) => what === 'report-not-sent').map(({ detail }) => detail.descriptor),
      [2],
    );
  });

test('levels are reported as their intervals end, also those due while no process runs, or the VTN is down', async (t) => {
  const fleet = await fleetOn(t, 'openadr-3.1');
  const startMs = Date.now() + 5_000;
  const eventId = await fleet.post({
    intervalPeriod: { start: new Date(startMs).toISOString(), duration: 'PT1S' },
    intervals: [1, 2, 3].map((level, id) => ({ id, payloads: [{ type: 'SIMPLE', values: [level] }] })),
    reportDescriptors: [
      { payloadType: 'SIMPLE_LEVEL', startInterval: 0, numIntervals: 1, frequency: 1, repeat: -1 },
      { payloadType: 'POWER_LIMIT_ACKNOWLEDGEMENT' },
    ],
    targets: ['load_1'],
  });
  const until = async (reports: number, options: Partial<FollowEventsOptions> = {}) => {
    const stop = new AbortController();
    const done = Promise.withResolvers<void>();
    let came = 0;
    const running = fleet.follow({
      ...options,
      pollSeconds: 3_600,
      signal: stop.signal,
      onNews(news) {
        if (news.type === 'note' && news.note.what === 'reported' && ++came === reports) done.resolve();
      },
    });
    await Promise.race([done.promise, running]);
    stop.abort();
    await running;
  };
  // Heard of before it begins.
  await fleet.follow({ once: true });
  await until(1);
  assert.equal(
    (await fleet.reports(eventId)).length,
    4,
    'two acknowledgements, and the first level of two VENs',
  );
  // Gone for a second from the first report on: longer than one is tried where others are answered.
  let downUntilMs: number | undefined;
  fleet.trouble.isDown = ({ method, path }) => {
    if (method === 'POST' && path.startsWith('/reports')) downUntilMs ??= Date.now() + 1_000;
    return Date.now() < (downUntilMs ?? 0);
  };
  await until(2);
  const sent = await fleet.reports(eventId);
  const levels = sent.filter(({ reportName }) => reportName.startsWith('report-'));
  assert.deepEqual(
    levels.map(({ resources }) =>
      resources.map(({ intervals: [one] }) => [one?.id, one?.payloads[0]?.values]),
    ),
    [0, 0, 1, 1, 2, 2].map((id, n) =>
      Array.from({ length: levels[n]?.clientName === 'Aalborg' ? 2 : 1 }, () => [id, [id + 1]]),
    ),
  );
  assert.equal(sent.length, 8);
  for (const { detail } of (await fleet.log(eventId)).filter(({ what }) => what === 'reported'))
    assert.equal(Number(detail.sent) + Number(detail.alreadyThere), detail.asked);
});

test('without meter data readings are noted as not sent', async (t) => {
  const fleet = await fleetOn(t, 'openadr-3.1');
  const eventId = await fleet.post({
    intervalPeriod: { start: '2025-01-15T08:00:00Z', duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [1] }] }],
    reportDescriptors: [{ payloadType: 'USAGE' }],
  });
  await fleet.follow({ once: true });
  assert.deepEqual(await fleet.reports(eventId), []);
  const notes = (await fleet.log(eventId)).filter(({ what }) => what === 'report-not-sent');
  assert.deepEqual(
    notes.map(({ detail: { payloadType, descriptor, reason } }) => [payloadType, descriptor, reason]),
    [['USAGE', 0, 'no meter data are given (--meter-data)']],
  );
  await assert.rejects(fleet.follow({ once: true, meterData: '/nowhere.h5' }), { code: 'METER_FILE' });
  await assert.rejects(fleet.follow({ once: true, meterData: '-' }), { code: 'METER_FILE' });
});

test('what is filed under the event of meter data is left to those who report these', async (t) => {
  const fleet = await fleetOn(t, 'openadr-3.1');
  const { event } = await prepareReports(fleet.vtn);
  await fleet.follow({ once: true, meterData: fleet.meterData });
  await fleet.follow({ once: true });
  assert.deepEqual(await fleet.reports(event?.id ?? ''), []);
  const words = (await fleet.log(event?.id ?? '')).map(({ what }) => what);
  assert.ok(words.includes('received'));
  assert.deepEqual(
    words.filter((what) => /report/.test(what)),
    [],
  );
});

test('the event of meter data is marked, and no event that runs', async (t) => {
  const fleet = await fleetOn(t, 'openadr-3.0');
  await prepareReports(fleet.vtn);
  await fleet.follow({ once: true });
  const { dbPath } = fleet.vtn;
  const [listed] = (await listEvents({ dbPath })).events;
  assert.deepEqual([listed?.state, listed?.forMeterData, listed?.instructions.due], ['current', true, 0]);
  const { signal } = new AbortController();
  for await (const { runningEvents } of watchStatus({ dbPath, everyMs: 1_000, signal })) {
    assert.deepEqual(runningEvents, []);
    break;
  }
});
