import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSender } from '../../../src/delivery/sender.ts';
import { createReceiver, type Reader } from '../../../src/events/receive/receiver.ts';
import { profileNamed } from '../../../src/profiles/choose-profile.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { json, scriptedServer } from '../../openadr/scripted-server.ts';
import { pythonDatabase, sitesOf } from '../../support/fleet-database.ts';
import { linkTo } from './push-support.ts';

interface Asked {
  readonly path: string;
  readonly skip: number;
  /** The VEN that asks, by its token; `bl`: one for all. */
  readonly who: string;
}

/** Events of these ids on a VTN, which may be changed as it goes; `before` may answer a request in its place. */
async function vtnOf(t: TestContext, count: number) {
  const vtn = {
    ids: Array.from({ length: count }, (_, index) => `e${index}`),
    before: (_asked: Asked): number | undefined => undefined,
  };
  const eventOf = (id: string) => ({
    ...{ id, objectType: 'EVENT', programID: 'p1', eventName: id },
    intervalPeriod: { start: '2030-01-01T10:00:00Z', duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }],
  });
  const server = await scriptedServer(t, (response, { url, headers }) => {
    const { pathname, searchParams } = new URL(url, 'http://vtn');
    const skip = Number(searchParams.get('skip'));
    const who = headers.authorization?.replace('Bearer ', '') ?? '';
    const status = vtn.before({ path: pathname, skip, who });
    if (status !== undefined) return json(status, { status, detail: 'not now' })(response, {} as never);
    const id = /^\/events\/(.+)$/.exec(pathname)?.[1];
    if (id !== undefined && vtn.ids.includes(id)) return json(200, eventOf(id))(response, {} as never);
    if (id !== undefined) return json(404, { status: 404 })(response, {} as never);
    const shown = pathname === '/events' ? vtn.ids : [];
    return json(200, shown.slice(skip, skip + 50).map(eventOf))(response, {} as never);
  });
  return { vtn, url: server.url, requests: server.requests };
}

/** A receiver on that VTN, for one reader or for VENs; `readAgain`: as after a restart, with what the store has. */
async function receiverOn(t: TestContext, url: string, vens: readonly string[] = []) {
  const store = await openStore(pythonDatabase(t, sitesOf({ Aalborg: 1 })));
  t.after(() => store.close());
  const role = vens.length > 0 ? 'VEN' : 'BL';
  const profile = await profileNamed('openadr-3.0').jobs.events({ role });
  const link = linkTo(t, url, vens.length > 0 ? (venName) => venName : 'bl');
  const { signal } = new AbortController();
  const create = () =>
    createReceiver({ profile, store, vens, now: () => Date.UTC(2030, 0, 1), newSeed: () => 's' });
  let receiver = await create();
  const read = async (readers: readonly Reader[] = receiver.readers) => {
    const harmless = () => [{ method: 'GET' as const, path: '/programs?skip=0&limit=1' }];
    const kinds = { kind: 'events', lane: 'prompt', whenDown: 'wait', onlyLooks: true } as const;
    const reading = await receiver.read(readers, 'poll', createSender(link, { ...kinds, harmless, signal }));
    assert.ok(reading);
    assert.equal(reading.changed + reading.unchanged, reading.seen);
    return reading;
  };
  const states = async () => {
    const counts: Record<string, number> = {};
    for (const { state } of await store.events()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  };
  const restart = async () => {
    receiver = await create();
  };
  const known = () => [...receiver.events.keys()].sort();
  return { read, states, restart, store, known, receiver: () => receiver };
}

test('a listing whose pages shift while it is read is read anew: nothing that is there is left out, nor cancelled', async (t) => {
  const { vtn, url } = await vtnOf(t, 130);
  const { read, states } = await receiverOn(t, url);
  assert.equal((await read()).seen, 130);

  // More go than neighbouring pages have in common, so that the second page begins behind a gap.
  let left = 1;
  vtn.before = ({ path, skip }) => {
    if (path === '/events' && skip > 0 && left-- === 1) vtn.ids.splice(0, 8);
    return undefined;
  };
  const reading = await read();
  assert.deepEqual([reading.seen, reading.gone, reading.failed], [122, 8, []]);
  assert.deepEqual(await states(), { current: 122, cancelled: 8 });
});

test('a listing that changes in each of several readings proves nothing', async (t) => {
  const { vtn, url } = await vtnOf(t, 130);
  const { read, states } = await receiverOn(t, url);
  await read();
  let count = 0;
  vtn.before = ({ path, skip }) => {
    if (path === '/events' && skip > 0 && skip < 50) {
      vtn.ids.splice(0, 8);
      vtn.ids.push(...Array.from({ length: 8 }, () => `new${count++}`));
    }
    return undefined;
  };
  const reading = await read();
  assert.deepEqual(
    reading.failed.map(({ reason }) => reason),
    ['the listing changed in each of several readings'],
  );
  assert.deepEqual([reading.seen, reading.gone], [0, 0]);
  assert.deepEqual(await states(), { current: 130 });
});

test('of a listing that breaks off nothing is concluded, however much of it came', async (t) => {
  const { vtn, url } = await vtnOf(t, 130);
  const { read, states } = await receiverOn(t, url);
  await read();
  vtn.ids.splice(100, 1);
  vtn.before = ({ path, skip }) => (path === '/events' && skip > 50 ? 400 : undefined);
  const partial = await read();
  assert.deepEqual([partial.seen, partial.gone, partial.failed.length], [0, 0, 1]);
  assert.match(partial.failed[0]?.reason ?? '', /400/);
  assert.deepEqual(await states(), { current: 130 });
  vtn.before = () => undefined;
  assert.equal((await read()).gone, 1);
  assert.deepEqual(await states(), { current: 129, cancelled: 1 });
});

test('an event that the listing lacks is cancelled only when the VTN, asked for it, has none', async (t) => {
  const { vtn, url, requests } = await vtnOf(t, 5);
  const { read, states, restart } = await receiverOn(t, url);
  await read();
  const hidden = ({ path }: Asked) => path === '/events/e1';
  // Left out of the listing, and found; then it cannot be asked for.
  const all = vtn.ids;
  vtn.before = ({ path }) => {
    vtn.ids = path === '/events' ? all.filter((id) => id !== 'e1') : all;
    return undefined;
  };
  const found = await read();
  assert.deepEqual([found.seen, found.gone], [5, 0]);
  vtn.ids = vtn.ids.filter((id) => id !== 'e1');
  vtn.before = (asked) => (hidden(asked) ? 403 : undefined);
  assert.equal((await read()).gone, 0);
  assert.deepEqual(await states(), { current: 5 });
  // Also after a restart, which knows of it from the store alone.
  await restart();
  vtn.before = () => undefined;
  const gone = await read();
  assert.deepEqual([gone.seen, gone.gone, gone.alarm], [4, 1, undefined]);
  assert.deepEqual(await states(), { current: 4, cancelled: 1 });
  assert.equal(requests.filter((request) => request.url === '/events/e1').length >= 3, true);
  assert.equal((await read()).gone, 0, 'and is so once');
});

test('a VEN that is refused is told of, and what it saw stays until it can look again', async (t) => {
  const { vtn, url } = await vtnOf(t, 4);
  const { read, states, store } = await receiverOn(t, url, ['Aalborg', 'Skagen']);
  const first = await read();
  assert.deepEqual([first.seen, first.failed], [4, []]);
  assert.deepEqual(
    (await store.events()).map(({ seenBy }) => seenBy),
    Array.from({ length: 4 }, () => ['Aalborg', 'Skagen']),
  );
  vtn.ids = ['e0', 'e1', 'e2'];
  vtn.before = ({ who, path }) => (who === 'Skagen' && path.startsWith('/events') ? 403 : undefined);
  const refused = await read();
  assert.deepEqual(
    refused.failed.map(({ reader }) => reader),
    ['Skagen'],
  );
  assert.deepEqual([refused.seen, refused.gone], [3, 0]);
  assert.deepEqual(await states(), { current: 4 });
  vtn.before = () => undefined;
  const again = await read(['Skagen']);
  assert.deepEqual([again.gone, again.failed], [1, []]);
  assert.deepEqual(await states(), { current: 3, cancelled: 1 });
});

test('a VTN that has forgotten all is not believed until it has said so four times, nor where it remembers', async (t) => {
  const { vtn, url } = await vtnOf(t, 4);
  const { read, states, store } = await receiverOn(t, url);
  await read();
  const { ids } = vtn;
  vtn.ids = [];
  for (const nth of [1, 2, 3]) {
    const held = await read();
    assert.match(held.alarm ?? '', /4 of 4 events are gone/);
    // What is held is noted once.
    assert.equal(held.gone, nth === 1 ? 4 : 0);
    assert.deepEqual(await states(), { vanished: 4 });
  }
  vtn.ids = ids;
  const back = await read();
  assert.deepEqual([back.alarm, back.changed], [undefined, 4]);
  assert.deepEqual(new Set(back.notes.map(({ what }) => what)), new Set(['returned']));
  assert.deepEqual(await states(), { current: 4 });
  assert.equal((await store.events())[0]?.version, 1, 'nothing else is asked');

  vtn.ids = [];
  for (const _ of [1, 2, 3]) await read();
  assert.deepEqual(await states(), { vanished: 4 });
  const believed = await read();
  assert.deepEqual([believed.alarm, believed.gone], [undefined, 4]);
  assert.deepEqual(await states(), { cancelled: 4 });
});

test('what is forgotten is what the VTN does not list, as far as all have seen: in memory as in the database', async (t) => {
  const { vtn, url } = await vtnOf(t, 4);
  const { read, restart, store, known, receiver } = await receiverOn(t, url, ['Aalborg', 'Aarhus']);
  await read();
  await receiver().markOver(['e0', 'e1', 'e2'], Date.UTC(2030, 0, 1));
  vtn.ids = ['e1', 'e3', 'e4'];
  const [listed] = (await store.events()).filter(({ eventId }) => eventId === 'e1');
  assert.ok(listed);
  await store.recordEvents([{ ...listed, version: 2 }], []);
  await restart();
  const later = Date.UTC(2031, 0, 1);
  const stored = async () => (await store.events()).map(({ eventId }) => eventId).sort();
  vtn.before = ({ who, path }) => (who === 'Aarhus' && path.startsWith('/events') ? 403 : undefined);
  assert.equal((await read()).failed.length, 1);
  assert.deepEqual(
    await receiver().forgetBefore(later),
    { versions: [{ eventId: 'e1', version: 1 }], events: 0 },
    'only a former version: Aarhus may see the events still',
  );

  vtn.before = () => undefined;
  await read();
  assert.deepEqual(
    await receiver().forgetBefore(Date.UTC(2029, 0, 1)),
    { versions: [], events: 0 },
    'it is not over for so long',
  );
  assert.equal((await receiver().forgetBefore(later)).events, 2);
  assert.deepEqual(known(), ['e1', 'e3', 'e4']);
  assert.deepEqual(known(), await stored());
  const { changed, unchanged } = await read();
  assert.deepEqual([changed, unchanged], [0, 3]);
});

test('programs that nobody sees any more, and of which no event is remembered, are forgotten', async (t) => {
  let programs = ['p1', 'p2', 'p3'];
  const { url } = await scriptedServer(t, (response, { url }) => {
    const { pathname, searchParams } = new URL(url, 'http://vtn');
    const event = { id: 'e1', objectType: 'EVENT', programID: 'p2', intervals: [] };
    const shown = pathname === '/programs' ? programs.map((id) => ({ id, programName: id })) : [event];
    return json(200, searchParams.get('skip') === '0' ? shown : [])(response, {} as never);
  });
  const { read, store, receiver } = await receiverOn(t, url);
  const stored = async () => (await store.programs()).map(({ programId }) => programId);
  await read();
  assert.deepEqual(await stored(), ['p1', 'p2', 'p3']);
  programs = ['p1'];
  await read();
  assert.equal((await receiver().forgetBefore(0)).events, 0);
  await read();
  assert.deepEqual(await stored(), ['p1', 'p2']);
});
