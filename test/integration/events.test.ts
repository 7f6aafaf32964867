import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { enrol } from '../../src/api/enrol.ts';
import { explainEvent } from '../../src/api/event-status.ts';
import {
  type Dispatch,
  type FollowEventsOptions,
  followEvents,
  type Sink,
} from '../../src/api/follow-events.ts';
import { type EventAction, postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pythonDatabase, query, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { takingAll } from '../support/taking-sink.ts';

const profiles = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
type ProfileName = (typeof profiles)[number];

interface Fleet {
  readonly dbPath: string;
  readonly simulator: Simulator;
  readonly profile: ProfileName;
}

/** A registered fleet of 2 sites in Aalborg and 3 in Aarhus: 30 loads. */
async function registered(t: TestContext, profile: ProfileName, options: object = {}): Promise<Fleet> {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2, Aarhus: 3, Ærø: 0 }));
  const simulator = await simulatorFor(t, { dialect: profile, ...options });
  const summary = await register({ dbPath, ...vtnOf({ simulator, profile }) });
  assert.equal(summary.success, true);
  return { dbPath, simulator, profile };
}

const vtnOf = ({ simulator, profile }: Pick<Fleet, 'simulator' | 'profile'>) => ({
  vtnUrl: simulator.url,
  profile,
  bearerToken: 'secret',
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What devices would see: all that came, and what each load has now. */
function sinkFor(name = 'test') {
  const came: Dispatch[] = [];
  let told: () => void = () => undefined;
  const sink: Sink = { ...takingAll(came, () => told()), name, batchSize: 7 };
  const until = async (isSo: (came: readonly Dispatch[]) => boolean) => {
    while (!isSo(came)) await new Promise<void>((resolve) => (told = resolve));
  };
  return { sink, came, until };
}

/** An event that asks for a level of loads of these components. */
async function post(
  fleet: Fleet,
  action: EventAction,
  value = 2,
  components: readonly string[] = ['load_1'],
) {
  const type = fleet.profile === 'openadr-3.1' ? null : 'GROUP';
  const targets = components.map((component) => ({ type, value: component }));
  const wish = { type: 'SIMPLE', values: [value], ...(targets.length > 0 && { targets }) };
  return postEvent({ ...vtnOf(fleet), action, wish });
}

function follow(fleet: Fleet, sink: Sink, options: Partial<FollowEventsOptions> = {}) {
  return followEvents({ dbPath: fleet.dbPath, ...vtnOf(fleet), sinks: [sink], ...options });
}

const loadsOf = (dbPath: string, component: string) =>
  query(dbPath, `SELECT load_id FROM loads WHERE load_component = '${component}'`)
    .map(({ load_id }) => load_id)
    .sort();

for (const profile of ['openadr-3.0', 'openadr-3.1'] as const) {
  test(`${profile}: an event reaches the loads that it means, once, and is taken back when it is cancelled`, async (t) => {
    const fleet = await registered(t, profile);
    const { id } = await post(fleet, { kind: 'create' });
    const first = sinkFor();
    const summary = await follow(fleet, first.sink, { once: true });
    assert.deepEqual([summary.handed + summary.late, summary.missed, summary.open], [5, 0, 0]);
    assert.deepEqual(first.came.map(({ load }) => load.loadId).sort(), loadsOf(fleet.dbPath, 'load_1'));
    for (const { instruction } of first.came)
      assert.deepEqual(
        instruction.setpoints.map(({ type, values, eventId, version }) => ({
          type,
          values,
          eventId,
          version,
        })),
        [{ type: 'SIMPLE', values: [2], eventId: id, version: 1 }],
      );

    const again = sinkFor();
    await follow(fleet, again.sink, { once: true });
    assert.deepEqual(again.came, [], 'nothing is dispatched twice');

    await post(fleet, { kind: 'modify', id }, 1);
    const changed = sinkFor();
    await follow(fleet, changed.sink, { once: true });
    assert.deepEqual(
      changed.came.map(({ instruction }) => [
        instruction.setpoints[0]?.values,
        instruction.setpoints[0]?.version,
      ]),
      Array.from({ length: 5 }, () => [[1], 2]),
    );

    await post(fleet, { kind: 'cancel', id });
    const back = sinkFor();
    await follow(fleet, back.sink, { once: true });
    assert.deepEqual(back.came.map(({ load }) => load.loadId).sort(), loadsOf(fleet.dbPath, 'load_1'));
    assert.ok(back.came.every(({ instruction }) => instruction.setpoints.length === 0));

    const store = await openStore(fleet.dbPath, { readOnly: true });
    t.after(() => store.close());
    const counts = await store.dispatchCounts(id);
    assert.equal(
      counts.reduce((sum, one) => sum + one.handed + one.late, 0),
      15,
      'the journal has all of them',
    );
    assert.equal(
      counts.reduce((sum, one) => sum + one.open + one.missed + one.replaced, 0),
      0,
    );
  });
}

for (const way of ['webhook', 'mqtt'] as const) {
  test(`openadr-3.1: an event that comes by ${way} is dispatched without waiting for the next reading`, {
    timeout: 60_000,
  }, async (t) => {
    const fleet = await registered(t, 'openadr-3.1', { mqttPort: 0 });
    const port = await freePort();
    const stop = new AbortController();
    const { sink, came, until } = sinkFor();
    const listening = Promise.withResolvers<void>();
    const received: unknown[] = [];
    const running = follow(fleet, sink, {
      pollSeconds: 3_600,
      signal: stop.signal,
      ...(way === 'mqtt'
        ? { listenMqtt: true }
        : { webhook: { publicUrl: `http://127.0.0.1:${port}/hook`, listen: `127.0.0.1:${port}` } }),
      onNews(news) {
        if (news.type === 'state' && news.of === way && news.problem === null) listening.resolve();
        if (news.type === 'note' && news.note.what === 'received') received.push(news.note.detail.by);
      },
    });
    await Promise.race([listening.promise, running]);
    await post(fleet, { kind: 'create' });
    await until(() => came.length >= 5);
    stop.abort();
    await running;
    assert.deepEqual(received, [way]);
    assert.deepEqual(came.map(({ load }) => load.loadId).sort(), loadsOf(fleet.dbPath, 'load_1'));
  });
}

test('a VTN that loses all its events at once is not believed: what runs is held', async (t) => {
  const fleet = await registered(t, 'openadr-3.1');
  for (const component of ['load_0', 'load_1', 'load_2', 'load_3'])
    await post(fleet, { kind: 'create' }, 2, [component]);
  const before = sinkFor();
  await follow(fleet, before.sink, { once: true });
  assert.equal(before.came.length, 20);
  fleet.simulator.loseEvents();
  const alarms: string[] = [];
  const after = sinkFor();
  await follow(fleet, after.sink, {
    once: true,
    onNews: (news) => void (news.type === 'alarm' && alarms.push(news.problem)),
  });
  assert.deepEqual(after.came, []);
  assert.equal(alarms.length, 1);
});

test('flex-gateway: an event of a program in which no load is enrolled reaches none, and says so', async (t) => {
  const fleet = await registered(t, 'flex-gateway');
  const { id } = await post(fleet, { kind: 'create' }, 2, []);
  const { sink, came } = sinkFor();
  const notes: string[] = [];
  await follow(fleet, sink, {
    once: true,
    onNews: (news) => void (news.type === 'note' && news.note.eventId === id && notes.push(news.note.what)),
  });
  assert.deepEqual(came, [], 'no load is enrolled in its program');
  assert.deepEqual(notes, ['received', 'resolved']);
  const [meant] = query(fleet.dbPath, "SELECT detail FROM venfleet_event_notes WHERE what = 'resolved'");
  assert.deepEqual(JSON.parse(String(meant?.detail)), { meant: 0, reached: 0 });
});

test('flex-gateway: an event reaches exactly the loads that are enrolled in its program, also those that come later', {
  timeout: 60_000,
}, async (t) => {
  const fleet = await registered(t, 'flex-gateway');
  const { id, programId } = await post(fleet, { kind: 'create' }, 2, []);
  const { profile: _, ...vtn } = vtnOf(fleet);
  const enrolled = (components: readonly string[], scope = {}) =>
    enrol({ dbPath: fleet.dbPath, ...vtn, program: programId, components, scope });
  await enrolled(['load_1', 'load_2'], { vens: ['Aarhus'] });
  const first = sinkFor();
  await follow(fleet, first.sink, { once: true });
  const ofAarhus = query(
    fleet.dbPath,
    `SELECT load_id FROM loads JOIN resources USING (resource_id)
      WHERE ven = 'Aarhus' AND load_component IN ('load_1', 'load_2') ORDER BY load_id`,
  ).map(({ load_id }) => load_id);
  assert.deepEqual(first.came.map(({ load }) => load.loadId).sort(), ofAarhus);
  const { meant, reached } = await explainEvent({ dbPath: fleet.dbPath, eventId: id });
  assert.deepEqual([meant, reached], [6, 6]);

  // Others are enrolled while events are followed.
  const stop = new AbortController();
  const { sink, came, until } = sinkFor();
  const reading = Promise.withResolvers<void>();
  const running = follow(fleet, sink, {
    pollSeconds: 1,
    signal: stop.signal,
    onNews: ({ type }) => void (type === 'reading' && reading.resolve()),
  });
  await Promise.race([reading.promise, running]);
  await enrolled(['load_1']);
  await until(() => came.length >= 2);
  stop.abort();
  await running;
  const ofAalborg = loadsOf(fleet.dbPath, 'load_1').filter((loadId) => !ofAarhus.includes(loadId));
  assert.deepEqual(came.map(({ load }) => load.loadId).sort(), ofAalborg);
});
