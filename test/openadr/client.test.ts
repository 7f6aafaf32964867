import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  type Collection,
  createOpenAdr30Client,
  createOpenAdr31Client,
  createTransport,
  OadrProblem,
  staticToken,
  type Transport,
  VenfleetError,
} from '../../src/openadr/index.ts';
import { operations30 } from '../../src/openadr/operations-v30.ts';
import { operations31 } from '../../src/openadr/operations-v31.ts';
import { notifiers31, samples30, samples31, topics31 } from './samples.ts';
import { type Answer, json, type SeenRequest, scriptedServer, text } from './scripted-server.ts';

/** The operations of the official OpenAPI documents. */
const documents: Record<'3.0' | '3.1', DocumentedOperation[]> = JSON.parse(
  readFileSync(new URL('operations.json', import.meta.url), 'utf8'),
);

interface DocumentedOperation {
  operationId: string;
  method: string;
  path: string;
  scope: string | null;
  query: string[];
}

function transportTo(t: TestContext, url: string): Transport {
  const transport = createTransport({ url, tokens: staticToken('secret-token'), connections: 1 });
  t.after(() => transport.close());
  return transport;
}

/** The operationId that the documents give a request, and the query parameters that they do not know. */
function documented(version: '3.0' | '3.1', request: SeenRequest): { id: string; strange: string[] } {
  const { pathname, searchParams } = new URL(request.url, 'http://vtn');
  const found = documents[version].filter(
    ({ method, path }) =>
      method === request.method && new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
  // `/vens/{venID}` has no literal rival, but be sure.
  assert.equal(found.length, 1, `${request.method} ${request.url}`);
  return {
    id: found[0]!.operationId,
    strange: [...searchParams.keys()].filter((name) => !found[0]!.query.includes(name)),
  };
}

for (const [version, operations] of [
  ['3.0', operations30],
  ['3.1', operations31],
] as const) {
  test(`the table of ${version} is that of the OpenAPI document`, () => {
    const ours = Object.entries(operations).map(([operationId, operation]) => ({
      operationId,
      method: operation.method,
      path: operation.path,
      scope: operation.scope ?? null,
    }));
    const theirs = documents[version].map(({ query, ...operation }) => operation);
    const byId = (a: { operationId: string }, b: { operationId: string }) =>
      a.operationId < b.operationId ? -1 : 1;
    assert.deepEqual(ours.sort(byId), theirs.sort(byId));
  });
}

/** Answers with the sample of the kind that the path names. */
function sampleServer(samples: Record<string, object>): Answer {
  return (response, request) => {
    const { pathname } = new URL(request.url, 'http://vtn');
    const parts = pathname.split('/').slice(1);
    if (pathname === '/auth/token')
      return json(200, { access_token: 'x', token_type: 'Bearer' })(response, request);
    if (pathname === '/auth/server') return json(200, { tokenURL: 'https://vtn/token' })(response, request);
    if (pathname === '/notifiers') return json(200, notifiers31)(response, request);
    if (pathname.startsWith('/notifiers/')) return json(200, topics31)(response, request);
    const kind = parts.at(parts.length > 2 ? 2 : 0)!;
    const listing = request.method === 'GET' && parts.length % 2 === 1;
    const sample = samples[kind]!;
    return json(request.method === 'POST' ? 201 : 200, listing ? [sample] : sample)(response, request);
  };
}

interface Sample {
  id: string;
  objectType: string;
}

/** Calls all five methods of a collection, and checks what each brings. */
async function exercise<Request, Filter>(
  collection: Collection<Sample, Request, Filter>,
  sample: Sample,
  request: Request,
  filter: Filter,
): Promise<void> {
  const check = (item: Sample) =>
    assert.deepEqual([item.id, item.objectType], [sample.id, sample.objectType]);
  check(await collection.create(request));
  check(await collection.get(sample.id));
  check(await collection.update(sample.id, request));
  check(await collection.delete(sample.id));
  let listed = 0;
  for await (const item of collection.list(filter)) {
    check(item);
    listed++;
  }
  assert.equal(listed, 1);
}

const target30 = { targetType: 'GROUP', targetValues: ['a b', 'c&d'] };

test('the client of 3.0 has a method for every operation of the document', async (t) => {
  const server = await scriptedServer(t, sampleServer(samples30));
  const client = createOpenAdr30Client(transportTo(t, server.url));
  const s = samples30;
  await exercise(client.programs, s.programs, { programName: 'p' }, target30);
  await exercise(client.events, s.events, { programID: 'p', intervals: [] }, { ...target30, programID: 'p' });
  await exercise(
    client.reports,
    s.reports,
    { programID: 'p', eventID: 'e', clientName: 'c', resources: [] },
    { programID: 'p', eventID: 'e', clientName: 'c' },
  );
  await exercise(
    client.subscriptions,
    s.subscriptions,
    { clientName: 'c', programID: 'p', objectOperations: [] },
    { ...target30, objects: ['EVENT', 'VEN'] },
  );
  await exercise(client.vens, s.vens, { venName: 'v' }, { ...target30, venName: 'v' });
  await exercise(
    client.resources('ven-1'),
    s.resources,
    { resourceName: 'r' },
    { ...target30, resourceName: 'r' },
  );
  await client.auth.token({ grant_type: 'client_credentials', client_id: 'i', client_secret: 's' });

  const seen = server.requests.map((request) => documented('3.0', request));
  assert.deepEqual(
    [...new Set(seen.map(({ id }) => id))].sort(),
    documents['3.0'].map((one) => one.operationId).sort(),
  );
  assert.deepEqual(
    seen.flatMap(({ strange }) => strange),
    [],
  );
});

test('the client of 3.1 has a method for every operation of the document', async (t) => {
  const server = await scriptedServer(t, sampleServer(samples31));
  const client = createOpenAdr31Client(transportTo(t, server.url));
  const s = samples31;
  const targets = { targets: ['a', 'b'] };
  await exercise(client.programs, s.programs, { programName: 'p' }, targets);
  await exercise(client.events, s.events, { programID: 'p' }, { ...targets, programID: 'p', active: true });
  await exercise(
    client.reports,
    s.reports,
    { eventID: 'e', clientName: 'c', resources: [] },
    { programID: 'p', eventID: 'e', clientName: 'c' },
  );
  await exercise(
    client.subscriptions,
    s.subscriptions,
    { clientName: 'c', objectOperations: [] },
    { clientName: 'c', objects: ['EVENT'] },
  );
  await exercise(
    client.vens,
    s.vens,
    { objectType: 'VEN_VEN_REQUEST', venName: 'v' },
    { ...targets, venName: 'v' },
  );
  await exercise(
    client.resources,
    s.resources,
    { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'r', venID: 'v' },
    { ...targets, resourceName: 'r', venID: 'v' },
  );
  await client.auth.token({ grant_type: 'client_credentials', client_id: 'i', client_secret: 's' });
  await client.auth.server();
  await client.notifiers.list();
  const topics = client.notifiers.mqttTopics;
  for (const method of Object.values(topics) as ((id: string) => Promise<unknown>)[]) await method('id-1');

  const seen = server.requests.map((request) => documented('3.1', request));
  assert.deepEqual(
    [...new Set(seen.map(({ id }) => id))].sort(),
    documents['3.1'].map((one) => one.operationId).sort(),
  );
  assert.deepEqual(
    seen.flatMap(({ strange }) => strange),
    [],
  );
});

test('requests are said as the documents say', async (t) => {
  const server = await scriptedServer(t, sampleServer(samples30));
  const client = createOpenAdr30Client(transportTo(t, `${server.url}/`));
  await client.vens.create({ venName: 'Ålborg', targets: [{ type: 'GROUP', values: ['x'] }] });
  await client.vens.page({ skip: 100, limit: 7 }, { venName: 'Å & b', ...target30 });
  await client.auth.token({
    grant_type: 'client_credentials',
    client_id: 'i',
    client_secret: 'a&b',
    scope: 'x y',
  });
  const [create, page, token] = server.requests;
  assert.equal(create?.body, '{"venName":"Ålborg","targets":[{"type":"GROUP","values":["x"]}]}');
  assert.equal(create?.headers.authorization, 'Bearer secret-token');
  assert.equal(
    page?.url,
    '/vens?venName=%C3%85%20%26%20b&targetType=GROUP&targetValues=a%20b&targetValues=c%26d&skip=100&limit=7',
  );
  assert.equal(token?.body, 'grant_type=client_credentials&client_id=i&client_secret=a%26b&scope=x+y');
  assert.equal(token?.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.equal(token?.headers.authorization, undefined, 'a token is asked for without one');
});

test('an ID that would change the path is refused before anything is sent', async (t) => {
  const server = await scriptedServer(t, json(200, samples31.vens));
  const client = createOpenAdr31Client(transportTo(t, server.url));
  for (const id of ['', '..', 'a/b', 'a?b', 'x'.repeat(129)]) {
    await assert.rejects(client.vens.delete(id), { code: 'OADR_ID' });
  }
  assert.equal(server.requests.length, 0);
});

test('a refusal is a typed error that tells status, title, detail and way out', async (t) => {
  const problem = {
    type: 'https://vtn.example/conflict',
    title: '409 Conflict',
    status: 409,
    detail: 'venName is\n taken',
    instance: 'c0ffee',
  };
  const cases: [Answer, Partial<OadrProblem>, RegExp][] = [
    [
      json(409, problem),
      {
        code: 'OADR_PROBLEM',
        status: 409,
        type: problem.type,
        title: '409 Conflict',
        detail: 'venName is taken',
        instance: 'c0ffee',
        operation: 'createVen',
        retryable: false,
      },
      /answered createVen with 409: venName is taken\.$/,
    ],
    [
      json(401, { title: 'x' }),
      { code: 'VTN_TOKEN_REFUSED', status: 401, title: 'x', type: 'about:blank' },
      /: x\.$/,
    ],
    [
      json(403, {}),
      { code: 'OADR_FORBIDDEN', status: 403, title: undefined, retryable: false },
      /no reason given/,
    ],
    [
      json(429, {}, { 'retry-after': '2' }),
      { code: 'OADR_BUSY', retryAfterMs: 2_000, retryable: true },
      /at the moment/,
    ],
    [
      text(503, '<html>down'),
      { code: 'OADR_BUSY', status: 503, retryable: true },
      /\(503\): no reason given/,
    ],
    [json(501, {}), { code: 'OADR_PROBLEM', status: 501, retryable: false }, /501/],
    [
      json(400, { title: 7, detail: [{ loc: ['body'], msg: 'bad' }] }),
      { code: 'OADR_PROBLEM', title: '7' },
      /\[\{"loc":\["body"\],"msg":"bad"\}\]/,
    ],
    [
      json(400, { error: 'invalid_grant', error_description: 'no' }),
      { title: 'invalid_grant', detail: 'no' },
      /no/,
    ],
    [json(400, { detail: 'x'.repeat(9_999) }), { code: 'OADR_PROBLEM' }, /^.{300,500}$/],
  ];
  const server = await scriptedServer(
    t,
    cases.map(([answer]) => answer),
  );
  const client = createOpenAdr31Client(transportTo(t, server.url));
  for (const [, expected, message] of cases) {
    await assert.rejects(
      client.vens.create({ objectType: 'BL_VEN_REQUEST', clientID: 'c', venName: 'v' }),
      (error: unknown) => {
        assert.ok(error instanceof OadrProblem && error instanceof VenfleetError);
        const picked = Object.fromEntries(Object.keys(expected).map((key) => [key, error[key as 'code']]));
        assert.deepEqual(picked, expected);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message + error.hint, /secret-token|\{\w+\}/);
        if (error.code === 'OADR_FORBIDDEN') assert.match(error.hint, /"write_vens"/);
        return true;
      },
    );
  }
});

test('the differences between the versions are differences of type', () => {
  // Never run: tsc checks it.
  const check = (
    c30: ReturnType<typeof createOpenAdr30Client>,
    c31: ReturnType<typeof createOpenAdr31Client>,
  ) => {
    c30.resources('ven-1').create({ resourceName: 'r', targets: [{ type: 'GROUP', values: ['a'] }] });
    // @ts-expect-error: targets are valuesMaps in 3.0
    c30.resources('ven-1').create({ resourceName: 'r', targets: ['a'] });
    // @ts-expect-error: a resource needs its VEN's path in 3.0
    c30.resources.create({ resourceName: 'r' });
    // @ts-expect-error: 3.0 has no notifiers
    c30.notifiers;
    // @ts-expect-error: an event needs intervals in 3.0
    c30.events.create({ programID: 'p' });
    c31.events.create({ programID: 'p' });
    // @ts-expect-error: 3.1 asks who is speaking
    c31.vens.create({ venName: 'v' });
    c31.vens.create({ objectType: 'VEN_VEN_REQUEST', venName: 'v' });
    // @ts-expect-error: a VEN cannot set its targets in 3.1
    c31.vens.create({ objectType: 'VEN_VEN_REQUEST', venName: 'v', targets: ['a'] });
    // @ts-expect-error: business logic names the client
    c31.vens.create({ objectType: 'BL_VEN_REQUEST', venName: 'v' });
    // @ts-expect-error: 3.1 filters by plain targets
    c31.vens.list({ targetType: 'GROUP' });
    // @ts-expect-error: descriptors need their objectType in 3.1
    c31.events.create({ programID: 'p', payloadDescriptors: [{ payloadType: 'PRICE' }] });
    c30.events.create({ programID: 'p', intervals: [], payloadDescriptors: [{ payloadType: 'PRICE' }] });
  };
  assert.equal(typeof check, 'function');
});
