import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import { eventsAnswer } from '../../src/server/schemas/events.ts';
import { overview } from '../../src/server/schemas/overview.ts';
import { matrix } from '../../src/server/schemas/vens.ts';
import { wellState } from '../support/page-fleet.ts';
import { type PageServer, pageServer, pageToken } from '../support/page-server.ts';
import { createTestClock } from '../support/test-clock.ts';

const schemas = { overview, matrix, events: eventsAnswer };
type Kind = keyof typeof schemas;

interface Viewer {
  readonly messages: { kind: Kind; data: unknown }[];
  comments: number;
  readonly response: IncomingMessage;
  /** Resolves when there are so many messages. */
  until(count: number): Promise<void>;
  /** Resolves when the last of them is so. */
  when(is: (message: Viewer['messages'][number]) => boolean): Promise<void>;
  readonly ended: Promise<unknown>;
}

/** Reads the stream as a browser does. */
async function view(t: TestContext, server: PageServer, headers = {}): Promise<Viewer> {
  const asked = get(`${server.url}/api/v1/live`, { headers, agent: false });
  t.after(() => asked.destroy());
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  asked.on('error', () => undefined);
  assert.equal(response.statusCode, 200);
  let waiting: (() => void) | undefined;
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop() ?? '';
    if (parts.length === 0) return;
    for (const part of parts) {
      if (part.startsWith(':')) viewer.comments++;
      const [, kind, json] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
      if (kind === undefined) continue;
      viewer.messages.push({ kind: kind as Kind, data: schemas[kind as Kind].parse(JSON.parse(json ?? '')) });
    }
    waiting?.();
  });
  const heard = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting = () => {
        if (isSo()) resolve();
      };
      waiting();
    });
  const viewer: Viewer = {
    messages: [],
    comments: 0,
    response,
    until: (count) => heard(() => viewer.messages.length >= count),
    when: (is) => heard(() => viewer.messages.slice(-1).some(is)),
    ended: new Promise((resolve) => response.once('close', resolve)),
  };
  return viewer;
}

const kindsOf = ({ messages }: Viewer) => messages.map(({ kind }) => kind);

test('at first all three messages come, each in the shape of its route', async (t) => {
  const server = await pageServer(t);
  const viewer = await view(t, server);
  const { headers } = viewer.response;
  assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  await viewer.until(3);
  assert.deepEqual(kindsOf(viewer), ['overview', 'matrix', 'events']);
  for (const { kind, data } of viewer.messages) {
    const asked = (await (await server.get(kind)).json()) as { at?: string };
    assert.deepEqual({ ...(data as object), at: '' }, { ...asked, at: '' });
  }
});

test('then only what has changed comes, of the matrix its changed rows, together', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  const viewer = await view(t, server);
  await viewer.until(3);
  await clock.advance(5_000);
  for (const failed of [2, 3, 4]) {
    server.fleet.cells[0] = { ...server.fleet.cells[0]!, failed, waiting: 3 - failed + 1 };
    server.fleet.change();
  }
  await clock.advance(1_000);
  await viewer.until(5);
  assert.deepEqual(kindsOf(viewer).slice(3), ['overview', 'matrix']);
  const changed = matrix.parse(viewer.messages[4]?.data);
  assert.deepEqual(
    changed.vens.map(({ ven, cells }) => [ven, cells[0]?.[2]]),
    [['VEN A', 4]],
  );
  server.made.state = { ...wellState, alarms: ['a sink is gone'] };
  await clock.advance(1_000);
  await viewer.until(6);
  assert.deepEqual(kindsOf(viewer).slice(5), ['overview']);
});

test('a VEN that is gone has no loads', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  const viewer = await view(t, server);
  await viewer.until(3);
  server.fleet.cells = server.fleet.cells.filter(({ venName }) => venName !== 'VEN B');
  server.fleet.change();
  await clock.advance(1_000);
  await viewer.until(5);
  const { vens } = matrix.parse(viewer.messages.find(({ kind }, at) => at > 2 && kind === 'matrix')?.data);
  assert.deepEqual(
    vens.map(({ ven, all }) => [ven, all[0]]),
    [['VEN B', 0]],
  );
});

test('with other components than before, all rows are told again', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  const [cell] = server.fleet.cells;
  const cells = (ofB: string) => [
    { ...cell!, venName: 'VEN A', component: 'load_0' },
    { ...cell!, venName: 'VEN B', component: ofB },
  ];
  server.fleet.cells = cells('load_1');
  const viewer = await view(t, server);
  await viewer.until(3);
  server.fleet.cells = cells('load_2');
  server.fleet.change();
  await clock.advance(1_000);
  await viewer.when(({ kind }) => kind === 'matrix');
  const { vens } = matrix.parse(viewer.messages.at(-1)?.data);
  assert.deepEqual(
    vens.map(({ ven }) => ven),
    ['VEN A', 'VEN B'],
  );
});

test('one connection is kept awake', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  const viewer = await view(t, server);
  await viewer.until(3);
  const beat = once(viewer.response, 'data');
  await clock.advance(15_000);
  await beat;
  assert.equal(viewer.comments, 1);
});

test('a hundred viewers cost one reading, and each gets everything', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  const viewers = await Promise.all(Array.from({ length: 100 }, () => view(t, server)));
  await Promise.all(viewers.map((viewer) => viewer.until(3)));
  assert.equal(server.fleet.readings, 1);
  server.fleet.cells[0] = { ...server.fleet.cells[0]!, registered: 7, failed: 0 };
  server.fleet.change();
  await clock.advance(1_000);
  await Promise.all(viewers.map((viewer) => viewer.until(5)));
  assert.equal(server.fleet.readings, 2);
});

test('nothing is read while nobody looks', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  const viewer = await view(t, server);
  await viewer.until(3);
  const closed = new Promise<void>((resolve) => {
    const { state } = server.made;
    // It is asked for at each turn: when it is not any more, the viewer's end was seen.
    let turns = 0;
    Object.defineProperty(server.made, 'state', { get: () => ++turns && state });
    const look = async (before: number): Promise<void> => {
      await clock.advance(1_000);
      if (turns === before) resolve();
      else await look(turns);
    };
    viewer.response.destroy();
    void look(-1);
  });
  await closed;
  server.fleet.change();
  const { readings } = server.fleet;
  await clock.advance(60_000);
  assert.equal(server.fleet.readings, readings);
});

test('where the fleet cannot be read, the last numbers stand, and it is said', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  const viewer = await view(t, server);
  await viewer.until(3);
  server.fleet.failure = new Error('the disk is gone');
  await clock.advance(3_000);
  await viewer.until(4);
  const seen = overview.parse(viewer.messages[3]?.data);
  assert.equal(seen.loads.total, 60);
  assert.match(seen.attention[0]?.text ?? '', /numbers are old: the disk is gone/);
  assert.equal(server.logged.filter(({ level }) => level === 'warn').length, 1);
});

test('who reads slowly gets the latest, not all that was between', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  // Of a megabyte each, twenty are more than the buffers of two sockets take.
  const wide = (registered: number) =>
    Array.from({ length: 1_000 }, (_, at) => ({
      ...{ venName: `VEN ${at} ${'x'.repeat(1_000)}`, component: 'load_0' },
      ...{ total: registered, registered, failed: 0, waiting: 0, skipped: 0 },
    }));
  server.fleet.cells = wide(0);
  const fast = await view(t, server);
  const slow = await view(t, server);
  slow.response.pause();
  await fast.until(3);
  for (let registered = 1; registered <= 20; registered++) {
    server.fleet.cells = wide(registered);
    server.fleet.change();
    const { length } = fast.messages;
    await clock.advance(1_000);
    await fast.until(length + 2);
  }
  slow.response.resume();
  await slow.when(({ kind, data }) => kind === 'matrix' && matrix.parse(data).vens[0]?.all[1] === 20);
  const matrices = slow.messages.filter(({ kind }) => kind === 'matrix').length;
  assert.ok(matrices < 10, `${matrices} of 21`);
});

test('streams end when the server closes, and when the session does', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock, pageToken });
  const login = await server.post('session', { token: pageToken });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  // What a proxy in front wants for itself is no token of the page.
  const guest = await view(t, server, { cookie, authorization: 'Basic Zm9yOnRoZSBwcm94eQ==' });
  const other = await view(t, server, { authorization: `Bearer ${pageToken}` });
  await Promise.all([guest.until(3), other.until(3)]);
  const origin = server.url;
  await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers: { cookie, origin } });
  await clock.advance(15_000);
  await guest.ended;
  assert.equal(other.response.complete, false);
  await server.close();
  await other.ended;
});

test('when all places are taken, one more is told so', async (t) => {
  const server = await pageServer(t);
  const viewers = await Promise.all(Array.from({ length: 500 }, () => view(t, server)));
  const response = await server.get('live');
  assert.equal(response.status, 503);
  assert.match(await response.text(), /API_UNAVAILABLE.*Too many people/);
  await server.close();
  await Promise.all(viewers.map(({ ended }) => ended));
});
