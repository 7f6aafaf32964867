import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { VenfleetError } from '../../src/core/errors.ts';
import { planAnswer, session } from '../../src/server/schemas/actions.ts';
import { problemAnswer } from '../../src/server/schemas/common.ts';
import {
  eventDetails,
  eventExplanation,
  eventsAnswer,
  instructionsAnswer,
} from '../../src/server/schemas/events.ts';
import { loadDetails, loadsAnswer, readings } from '../../src/server/schemas/loads.ts';
import { overview } from '../../src/server/schemas/overview.ts';
import { runsAnswer } from '../../src/server/schemas/runs.ts';
import { failures, matrix, venPlaces } from '../../src/server/schemas/vens.ts';
import { aLoad, aRun, createPageFleet, hostileName } from '../support/page-fleet.ts';
import { pageServer } from '../support/page-server.ts';

const answers: readonly (readonly [path: string, schema: z.ZodType])[] = [
  ['overview', overview],
  ['matrix', matrix],
  ['vens', venPlaces],
  ['failures?ven=VEN%20A', failures],
  ['loads?q=load&state=failed&limit=2', loadsAnswer],
  ['loads?state=skipped', loadsAnswer],
  ['loads/load-1', loadDetails],
  ['loads/load-1/readings?points=2', readings],
  ['loads/load-1/instructions', instructionsAnswer],
  ['events', eventsAnswer],
  ['events/event-1', eventDetails],
  ['events/event-1/explain?load=load-1', eventExplanation],
  ['events/event-1/instructions?limit=1', instructionsAnswer],
  ['runs?limit=2', runsAnswer],
  ['actions/plan', planAnswer],
  ['session', session],
];

test('each route answers in its shape, and is not kept', async (t) => {
  const server = await pageServer(t);
  for (const [path, schema] of answers) {
    const response = await server.get(path);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8', path);
    assert.equal(response.headers.get('cache-control'), 'no-store', path);
    schema.parse(await response.json());
  }
});

test('the overview adds up, and says what goes on', async (t) => {
  const server = await pageServer(t);
  const seen = overview.parse(await (await server.get('overview')).json());
  assert.equal(seen.database, 'fleet.db');
  assert.deepEqual(seen.loads, {
    ...{ total: 60, registered: 36, failed: 6, waiting: 12, skipped: 6 },
    successRate: 36 / 42,
  });
  assert.deepEqual(seen.vens, { total: 2, complete: 0 });
  assert.equal(seen.run?.runId, 3);
  assert.equal(seen.run?.perSecond, 99.5);
  assert.equal(seen.reconciled?.runId, 2);
  assert.deepEqual(seen.events, {
    ...{ running: 1, upcoming: 0, remembered: 2, loadsTold: 4, handed: 5, late: 1, missed: 0 },
  });
  assert.equal(seen.reports?.newest, '2026-01-02T00:00:00Z');
  assert.deepEqual(seen.actions, []);
});

test('the matrix has a cell for each VEN and component, sites without a VEN last', async (t) => {
  const fleet = createPageFleet();
  fleet.cells.pop();
  const server = await pageServer(t, { views: fleet.views });
  const seen = matrix.parse(await (await server.get('matrix')).json());
  assert.deepEqual(
    seen.components.map(({ name }) => name),
    ['Base Load', 'Water Heater'],
  );
  assert.deepEqual(
    seen.vens.map(({ ven }) => ven),
    ['VEN A', 'VEN B', null],
  );
  assert.deepEqual(seen.vens[2]?.cells, [
    [10, 6, 1, 2, 1],
    [0, 0, 0, 0, 0],
  ]);
  assert.deepEqual(seen.vens[0]?.all, [20, 12, 2, 4, 2]);
  assert.equal(seen.vens[0]?.newestReading, '2026-01-02T00:00:00Z');
});

test('pages of loads and runs lead on to the end', async (t) => {
  const server = await pageServer(t);
  const loads: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const found: z.infer<typeof loadsAnswer> = loadsAnswer.parse(
      await (await server.get(`loads?limit=2${after === '' ? '' : `&after=${after}`}`)).json(),
    );
    loads.push(...found.loads.map(({ loadId }) => loadId));
    after = found.next;
  }
  assert.deepEqual(loads, ['load-1', 'load-2', 'load-3']);
  server.fleet.runs = [4, 3, 2, 1].map((id) => aRun(id, {}));
  const first = runsAnswer.parse(await (await server.get('runs?limit=2')).json());
  assert.equal(first.next, 3);
  const last = runsAnswer.parse(await (await server.get('runs?limit=2&before=3')).json());
  assert.deepEqual([last.next, last.runs.map(({ runId }) => runId)], [null, [2, 1]]);
});

test('loads of no VEN are found', async (t) => {
  const server = await pageServer(t);
  const { loads } = loadsAnswer.parse(await (await server.get('loads?noVen=true')).json());
  assert.deepEqual(
    loads.map(({ loadId, ven }) => [loadId, ven]),
    [['load-4', null]],
  );
});

test('names come as they are, whatever is in them', async (t) => {
  const server = await pageServer(t);
  const response = await server.get('loads/load-1');
  const load = loadDetails.parse(await response.json());
  assert.equal(load.name, hostileName);
  assert.deepEqual(load.sent, { resourceName: hostileName });
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  const strange = await server.get(`loads/${encodeURIComponent('../../etc/passwd\u0000<b>')}`);
  assert.equal(strange.status, 404);
  const problem = problemAnswer.parse(await strange.json());
  assert.equal(problem.code, 'API_UNKNOWN');
});

test('times and numbers of a load are those of the API', async (t) => {
  const server = await pageServer(t);
  const load = loadDetails.parse(await (await server.get('loads/load-1')).json());
  assert.deepEqual(load.failure, { reason: 'the VTN said no', status: 409, at: '2026-01-02T03:04:05Z' });
  assert.deepEqual(load.capacities, { P_max_kw: 5 });
  assert.deepEqual([load.latitude, load.longitude], [46.95, 7.44]);
  assert.equal(aLoad.reports[0]?.untilMs, Date.parse(load.reports[0]?.until ?? ''));
});

const wrong: readonly (readonly [path: string, status: number, code: string, says: RegExp])[] = [
  ['loads?limit=0', 400, 'API_BAD_REQUEST', /"limit"/],
  ['loads?limit=many', 400, 'API_BAD_REQUEST', /"limit"/],
  ['loads?stat=failed', 400, 'API_BAD_REQUEST', /stat/],
  ['loads?noVen=perhaps', 400, 'API_BAD_REQUEST', /"noVen"/],
  ['loads?state=broken', 400, 'API_BAD_REQUEST', /"state"/],
  [`loads?q=${'x'.repeat(301)}`, 400, 'API_BAD_REQUEST', /"q"/],
  ['loads/load-1/readings?from=yesterday', 400, 'API_BAD_REQUEST', /"from"/],
  ['loads/nothing', 404, 'API_UNKNOWN', /nothing/],
  ['loads/nothing/readings', 404, 'API_UNKNOWN', /nothing/],
  ['events/nothing', 404, 'EVENT_UNKNOWN', /nothing/],
  ['events/nothing/explain', 404, 'EVENT_UNKNOWN', /nothing/],
  ['nothing', 404, 'API_UNKNOWN', /GET \/api\/v1\/nothing/],
  ['loads/%zz', 400, 'API_BAD_REQUEST', /not sound/],
];

test('what cannot be answered says why, with a code', async (t) => {
  const server = await pageServer(t);
  for (const [path, status, code, says] of wrong) {
    const response = await server.get(path);
    assert.equal(response.status, status, path);
    const problem = problemAnswer.parse(await response.json());
    assert.equal(problem.code, code, path);
    assert.match(problem.message, says);
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
  }
});

test('what a function of the library says of its arguments is told without its name', async (t) => {
  const server = await pageServer(t);
  server.fleet.failure = new VenfleetError('BAD_ARGUMENT', {
    function: 'findLoads',
    problem: '"after" is none',
  });
  const response = await server.get('loads?after=x');
  assert.equal(response.status, 400);
  const { code, message } = problemAnswer.parse(await response.json());
  assert.deepEqual([code, message], ['API_BAD_REQUEST', '"after" is none.']);
});

test('what was not foreseen is logged, and not told', async (t) => {
  const server = await pageServer(t);
  server.fleet.failure = new Error('secret detail');
  const response = await server.get('loads/load-1');
  assert.equal(response.status, 500);
  const problem = problemAnswer.parse(await response.json());
  assert.equal(problem.code, 'API_FAILED');
  assert.doesNotMatch(JSON.stringify(problem), /secret detail/);
  const requestId = response.headers.get('x-request-id') ?? '';
  assert.ok(problem.hint?.includes(requestId));
  const errors = server.logged.filter(({ level }) => level === 'error');
  assert.equal(errors.length, 1);
  assert.ok(JSON.stringify(errors[0]?.fields).includes(requestId));
});
