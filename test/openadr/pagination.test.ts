import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createOpenAdr31Client, createTransport, OadrProblem, staticToken } from '../../src/openadr/index.ts';
import { samples31 } from './samples.ts';
import { type Answer, json, type ScriptedServer, scriptedServer } from './scripted-server.ts';

const ven = (id: string | number) => ({ ...samples31.vens, id: `ven-${id}` });
const vens = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => ven(from + index));

/** Pages of what `all` gives at each request. */
function paging(all: (request: number) => { id: string }[]): Answer {
  let request = 0;
  return (response, seen) => {
    const { searchParams } = new URL(seen.url, 'http://vtn');
    const skip = Number(searchParams.get('skip'));
    return json(200, all(request++).slice(skip, skip + Number(searchParams.get('limit'))))(response, seen);
  };
}

async function listed(t: TestContext, answer: Answer): Promise<{ ids: string[]; server: ScriptedServer }> {
  const server = await scriptedServer(t, answer);
  const transport = createTransport({ url: server.url, tokens: staticToken('x'), connections: 1 });
  t.after(() => transport.close());
  const ids: string[] = [];
  for await (const item of createOpenAdr31Client(transport).vens.list({ venName: 'v' })) ids.push(item.id);
  return { ids, server };
}

test('all pages are walked, overlapping by three, until one brings nothing new', async (t) => {
  for (const [count, requests] of [
    [0, 1],
    [1, 2],
    [2, 2],
    [49, 2],
    [50, 2],
    [120, 4],
  ] as const) {
    const all = vens(0, count);
    const { ids, server } = await listed(
      t,
      paging(() => all),
    );
    assert.deepEqual(
      ids,
      all.map(({ id }) => id),
    );
    assert.equal(server.requests.length, requests);
    if (count !== 120) continue;
    assert.deepEqual(
      server.requests.map(({ url }) => url),
      [0, 47, 94, 117].map((skip) => `/vens?venName=v&skip=${skip}&limit=50`),
    );
  }
});

test('pages may be smaller', async (t) => {
  const server = await scriptedServer(
    t,
    paging(() => vens(0, 25)),
  );
  const transport = createTransport({ url: server.url, tokens: staticToken('x'), connections: 1 });
  t.after(() => transport.close());
  let count = 0;
  for await (const _ of createOpenAdr31Client(transport).vens.list({}, { limit: 10 })) count++;
  assert.equal(count, 25);
  assert.deepEqual(
    server.requests.map((request) => request.url),
    [0, 9, 18, 24].map((skip) => `/vens?skip=${skip}&limit=10`),
  );
});

test('what is created meanwhile shifts the pages, and yet nothing comes twice or is lost', async (t) => {
  // The newest first, as OpenLEADR has it: 30 more appear in front between two requests.
  const { ids } = await listed(
    t,
    paging((request) => vens(0, 120 + 30 * request).reverse()),
  );
  assert.equal(new Set(ids).size, ids.length);
  for (const { id } of vens(0, 120)) assert.ok(ids.includes(id), id);
});

test('a full page of known objects does not end the listing', async (t) => {
  const { ids } = await listed(
    t,
    paging((request) => vens(0, 120 + 50 * Math.min(request, 2)).reverse()),
  );
  for (const { id } of vens(0, 120)) assert.ok(ids.includes(id), id);
});

test('a VTN that ignores skip ends in an error, one that ignores limit too in a whole listing', async (t) => {
  await assert.rejects(listed(t, json(200, vens(0, 50))), { code: 'OADR_PAGING' });
  const { ids, server } = await listed(t, json(200, vens(0, 130)));
  assert.equal(ids.length, 130);
  assert.equal(server.requests.length, 2);
});

test('a short page is no end: the VTN may have smaller pages than it is asked for', async (t) => {
  for (const cap of [1, 2, 19, 20, 49]) {
    for (const count of [1, 3, 60, 200]) {
      const all = vens(0, count);
      const { ids } = await listed(t, (response, seen) => {
        const skip = Number(new URL(seen.url, 'http://vtn').searchParams.get('skip'));
        return json(200, all.slice(skip, skip + cap))(response, seen);
      });
      assert.equal(ids.length, count, `${count} in pages of ${cap}`);
      assert.equal(new Set(ids).size, count);
    }
  }
});

test('a VTN without pages is read as it is', async (t) => {
  for (const count of [2, 20, 49]) {
    const { ids, server } = await listed(t, json(200, vens(0, count)));
    assert.deepEqual([ids.length, server.requests.length], [count, 2]);
  }
});

test('what is deleted meanwhile hides nothing: the listing is read again', async (t) => {
  // Ten of the first are gone before the second page is asked for.
  const { ids } = await listed(
    t,
    paging((request) => vens(request === 0 ? 0 : 10, 120)),
  );
  for (const { id } of vens(0, 120)) assert.ok(ids.includes(id), id);
  assert.equal(new Set(ids).size, ids.length);
});

test('an order that changes with every request is read whole, or is an error', async (t) => {
  const shuffled = (random: () => number) =>
    paging(() =>
      vens(0, 200)
        .map((one) => ({ one, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one),
    );
  for (let seed = 1; seed <= 20; seed++) {
    let state = seed;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const ended = await listed(t, shuffled(random)).catch((error: { code: string }) => error.code);
    if (ended !== 'OADR_PAGING') assert.equal(typeof ended === 'object' && ended.ids.length, 200);
  }
});

test('pages are fetched as they are needed, and an error keeps what came before it', async (t) => {
  const server = await scriptedServer(t, [json(200, vens(0, 50)), json(503, {})]);
  const transport = createTransport({ url: server.url, tokens: staticToken('x'), connections: 1 });
  t.after(() => transport.close());
  const client = createOpenAdr31Client(transport);
  for await (const item of client.vens.list()) if (item.id === 'ven-9') break;
  assert.equal(server.requests.length, 1);

  server.requests.length = 0;
  let count = 0;
  await assert.rejects(
    async () => {
      for await (const _ of client.vens.list()) count++;
    },
    (error) => error instanceof OadrProblem && error.status === 503,
  );
  assert.equal(count, 50);
});
