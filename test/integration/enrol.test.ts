import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type EnrolEvent, type EnrolOptions, enrol } from '../../src/api/enrol.ts';
import { register } from '../../src/api/register.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { enrolLoads } from '../../src/events/enrol/enrol-loads.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { flexGatewayEvents } from '../../src/profiles/flex-gateway/events.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { execute, pythonDatabase, query, readLoads, sitesOf, testLoadId } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

const retry = { maxAttempts: 10, baseMs: 5, capMs: 20, graceMs: 20 };
const bearerToken = 'secret';
const kind = 'POST /programs/{id}/resources';

interface Fleet {
  readonly dbPath: string;
  readonly simulator: Simulator;
  /** The VTN's id of the program "Winter". */
  readonly programId: string;
}

/** A registered fleet on a gateway that has two programs. */
async function registered(
  t: TestContext,
  counts: Readonly<Record<string, number>> = { Aalborg: 3, Ærø: 2 },
  options: SimulatorOptions = {},
): Promise<Fleet> {
  const dbPath = pythonDatabase(t, sitesOf(counts));
  const simulator = await simulatorFor(t);
  assert.equal((await register({ dbPath, vtnUrl: simulator.url, bearerToken })).success, true);
  await makeProgram(simulator, 'Summer');
  const programId = await makeProgram(simulator, 'Winter');
  simulator.set(options);
  return { dbPath, simulator, programId };
}

async function makeProgram({ url }: Simulator, program_name: string): Promise<string> {
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  const body = JSON.stringify({ program_name });
  const made = await fetch(`${url}/programs`, { method: 'POST', headers, body });
  return ((await made.json()) as { id: string }).id;
}

function run({ dbPath, simulator }: Fleet, options: Partial<EnrolOptions> = {}) {
  return enrol({ dbPath, vtnUrl: simulator.url, bearerToken, retry, program: 'Winter', ...options });
}

/** The ids of the resources that the VTN has in the program, in order. */
const onVtn = ({ simulator, programId }: Fleet) =>
  [...(simulator.pages().enrolments?.() ?? [])]
    .map((one) => one as { program: string; resource: string })
    .filter(({ program }) => program === programId)
    .map(({ resource }) => resource)
    .sort();

const inDatabase = ({ dbPath, programId }: Fleet) =>
  query(dbPath, `SELECT vtn_resource_id AS id FROM venfleet_enrolled WHERE program_id = '${programId}'`)
    .map(({ id }) => id)
    .sort();

const resourcesOf = ({ dbPath }: Fleet, where = (_: { load_component: string }) => true) =>
  readLoads(dbPath)
    .filter(where)
    .map(({ vtn_resource_id }) => vtn_resource_id)
    .sort();

/** Enrolments that were asked for so far. */
const asked = ({ simulator }: Fleet) =>
  Object.values(simulator.stats().answers[kind] ?? {}).reduce((sum, answers) => sum + answers, 0);

const noWaits = { vtn: { times: 0, seconds: 0 }, tokenEndpoint: { times: 0, seconds: 0 } };

test('every registered load is enrolled, and a second run enrols none', async (t) => {
  const fleet = await registered(t);
  const first = await run(fleet);
  const counts = { failed: 0, skipped: 0, alreadyEnrolled: 0, left: 0 };
  assert.deepEqual(
    { ...first, elapsedSeconds: 0, loadsPerSecond: 0 },
    {
      success: true,
      interrupted: false,
      program: { id: fleet.programId, name: 'Winter' },
      loads: { total: 30, enrolled: 30, ...counts },
      skippedFor: {},
      perVen: [
        { venId: 'Aalborg', total: 18, enrolled: 18, ...counts },
        { venId: 'Ærø', total: 12, enrolled: 12, ...counts },
      ],
      failures: [],
      reasons: [],
      waits: noWaits,
      elapsedSeconds: 0,
      loadsPerSecond: 0,
    },
  );
  assert.deepEqual(onVtn(fleet), resourcesOf(fleet));
  assert.deepEqual(inDatabase(fleet), resourcesOf(fleet));

  const second = await run(fleet, { program: fleet.programId });
  assert.deepEqual([second.loads.enrolled, second.loads.alreadyEnrolled, second.success], [0, 30, true]);
  assert.equal(asked(fleet), 30);
  assert.deepEqual(
    (await run(fleet, { program: 'Summer' })).loads.enrolled,
    30,
    'another program is another',
  );

  const again = await run(fleet, { again: true });
  assert.deepEqual([again.loads.enrolled, again.loads.alreadyEnrolled], [30, 0]);
  assert.equal(asked(fleet), 90);
});

test('errors, lost answers and throttling lose no load, and what the VTN has is stored', async (t) => {
  const fleet = await registered(t, { Aalborg: 8, Ærø: 8 });
  fleet.simulator.set({ errorRate: 0.2, dropRate: 0.1, maxRate: 150, rateModel: 'bucket', retryAfterS: 0 });
  const { loads, success } = await run(fleet);
  const { faults } = fleet.simulator.stats();
  assert.ok((faults['error-after'] ?? 0) > 0 && (faults.drop ?? 0) > 0 && (faults.throttled ?? 0) > 0);
  assert.deepEqual([loads.enrolled, success], [96, true]);
  assert.deepEqual(onVtn(fleet), resourcesOf(fleet));
  assert.deepEqual(inDatabase(fleet), resourcesOf(fleet));
});

test('a load that the VTN says is enrolled already counts as enrolled', async (t) => {
  const fleet = await registered(t);
  for (const status of [400, 409]) {
    fleet.simulator.answerNext(30, { status, body: '{"detail": "already enrolled"}', carryOut: true }, kind);
    assert.equal((await run(fleet, { again: true })).loads.enrolled, 30);
  }
  assert.deepEqual(inDatabase(fleet), resourcesOf(fleet));
});

test('what no event would reach is skipped, each for its reason, and the scope is kept to', async (t) => {
  const fleet = await registered(t, { Aalborg: 3, Ribe: 1, Ærø: 2 });
  const { dbPath } = fleet;
  execute(dbPath, "UPDATE resources SET enabled = 0 WHERE resource_id = 'site-00000'");
  const [suspended, unregistered] = [testLoadId(1, 'load_1'), testLoadId(2, 'load_1')];
  execute(dbPath, `UPDATE loads SET registration_status = 'SUSPENDED' WHERE load_id = '${suspended}'`);
  execute(
    dbPath,
    `UPDATE loads SET registration_status = 'PENDING', vtn_resource_id = NULL WHERE load_id = '${unregistered}'`,
  );
  const { loads, skippedFor, perVen } = await run(fleet, {
    scope: { vens: ['Aalborg', 'Ærø'] },
    components: ['load_1', 'load_2'],
  });
  assert.deepEqual(loads, { total: 30, enrolled: 6, failed: 0, skipped: 24, alreadyEnrolled: 0, left: 0 });
  assert.deepEqual(skippedFor, {
    'of other components': 20,
    'of disabled sites': 2,
    suspended: 1,
    'not registered': 1,
  });
  assert.deepEqual(
    perVen.map(({ venId, enrolled, skipped }) => [venId, enrolled, skipped]),
    [
      ['Aalborg', 2, 16],
      ['Ærø', 4, 8],
    ],
  );
  const rest = await run(fleet);
  assert.deepEqual(rest.loads, {
    ...{ total: 36, enrolled: 22, failed: 0, skipped: 8, alreadyEnrolled: 6, left: 0 },
  });
  assert.equal(onVtn(fleet).length, 28);
});

test('a run that is stopped stores what it has done, and the next one does the rest', async (t) => {
  const fleet = await registered(t, { Aalborg: 20 }, { latencyMs: 40 });
  const before = await run(fleet, { signal: AbortSignal.abort() });
  assert.deepEqual([before.loads.left, before.program, before.interrupted], [120, null, true]);
  const stop = new AbortController();
  const { loads, interrupted, success } = await run(fleet, {
    pacing: { kind: 'window', concurrency: 1 },
    signal: stop.signal,
    onEvent: ({ type }) => void (type === 'progress' && stop.abort()),
  });
  assert.deepEqual([interrupted, success], [true, false]);
  assert.ok(loads.enrolled > 0 && loads.left > 0);
  assert.equal(loads.enrolled + loads.left, 120);
  assert.equal(inDatabase(fleet).length, loads.enrolled);
  assert.deepEqual(onVtn(fleet), inDatabase(fleet), 'nothing was enrolled that is not stored');
  const rest = await run(fleet);
  assert.deepEqual([rest.loads.enrolled, rest.loads.alreadyEnrolled], [loads.left, loads.enrolled]);
  assert.deepEqual(onVtn(fleet), resourcesOf(fleet));
  assert.equal(asked(fleet), 120, 'each once');
});

test('a refused load is told with its reason, stops nobody else, and is tried again', async (t) => {
  const fleet = await registered(t);
  fleet.simulator.answerNext(1, { status: 422, body: '{"detail": "not this one"}' }, kind);
  const events: EnrolEvent[] = [];
  const { loads, failures, reasons, success } = await run(fleet, { onEvent: (event) => events.push(event) });
  assert.deepEqual([loads.enrolled, loads.failed, success], [29, 1, false]);
  assert.deepEqual([failures[0]?.status, failures[0]?.reason], [422, 'HTTP 422: not this one']);
  assert.deepEqual([reasons[0]?.loads, reasons[0]?.example], [1, failures[0]?.externalResourceId]);
  assert.equal(events.filter(({ type }) => type === 'load-failed').length, 1);
  assert.equal(inDatabase(fleet).length, 29);
  const rest = await run(fleet);
  assert.deepEqual([rest.loads.enrolled, rest.loads.alreadyEnrolled], [1, 29]);
});

test('where all loads fail for one reason, the run ends', async (t) => {
  const fleet = await registered(t);
  fleet.simulator.answerNext(99, { status: 404, body: '{"detail": "Program not found"}' }, kind);
  const events: EnrolEvent[] = [];
  await assert.rejects(run(fleet, { maxFailures: 5, onEvent: (event) => events.push(event) }), {
    code: 'TOO_MANY_FAILURES',
  });
  const [broken] = events.filter((event) => event.type === 'broken-off');
  assert.ok((broken?.summary.loads.failed ?? 0) >= 5);
  assert.deepEqual(inDatabase(fleet), []);
});

test('a load that is registered anew is enrolled anew', async (t) => {
  const fleet = await registered(t);
  await run(fleet);
  fleet.simulator.wipe();
  const programId = await makeProgram(fleet.simulator, 'Winter');
  const anew = { ...fleet, programId };
  execute(fleet.dbPath, "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'");
  await register({ dbPath: fleet.dbPath, vtnUrl: fleet.simulator.url, bearerToken });
  // As if the program were the same.
  execute(fleet.dbPath, `UPDATE venfleet_enrolled SET program_id = '${programId}'`);
  assert.equal((await run(anew)).loads.enrolled, 30);
  assert.deepEqual(onVtn(anew), resourcesOf(fleet));
  assert.deepEqual(inDatabase(anew), resourcesOf(fleet));
});

test('what cannot be done is said before anything is sent', async (t) => {
  const fleet = await registered(t);
  const { dbPath, programId } = fleet;
  const summer = [...(fleet.simulator.pages().programs?.() ?? [])]
    .map((one) => one as { id: string; program_name: string })
    .find(({ program_name }) => program_name === 'Summer');
  await assert.rejects(run(fleet, { program: 'Autumn' }), {
    code: 'PROGRAM_UNKNOWN',
    message: `The VTN at ${fleet.simulator.url} has no program "Autumn"; it has "Summer" (${summer?.id}), "Winter" (${programId}).`,
  });
  const bare = await simulatorFor(t);
  const at = { dbPath: pythonDatabase(t, sitesOf({ Aalborg: 1 })), vtnUrl: bare.url };
  await assert.rejects(run(fleet, at), { code: 'PROGRAM_UNKNOWN', message: /; it has none at all\.$/ });
  for (const profile of ['openadr-3.0', 'openadr-3.1'] as const)
    await assert.rejects(run(fleet, { profile }), {
      code: 'NO_ENROLMENT',
      message: new RegExp(`profile ${profile} `),
    });
  await assert.rejects(run(fleet, { vtnUrl: bare.url }), { code: 'VTN_OTHER' });
  await assert.rejects(run(fleet, { scope: { vens: ['Aalbor'] } }), { code: 'VEN_UNKNOWN' });
  await assert.rejects(run(fleet, { components: ['load_9'] }), { code: 'COMPONENT_UNKNOWN' });
  await assert.rejects(run(fleet, { programs: 'Winter' } as object), { code: 'BAD_ARGUMENT' });
  const foreign = await simulatorFor(t, { dialect: 'openadr-3.1' });
  await assert.rejects(run(fleet, { ...at, vtnUrl: foreign.url }), { code: 'VTN_WRONG_ANSWER' });
  fleet.simulator.answerNext(9, { status: 404, body: '{"detail": "no programs here"}' }, 'GET /programs');
  await assert.rejects(run(fleet), {
    code: 'EVENT_REFUSED',
    message: /did not show its programs: .*no programs/,
  });
  assert.equal(asked(fleet), 0);
  assert.deepEqual(query(dbPath, 'SELECT * FROM venfleet_enrolled'), []);
});

test('a run whose reader loses a site ends with an error', async (t) => {
  const { dbPath, simulator } = await registered(t);
  const whole = await openStore(dbPath);
  const transport = createTransport({ url: simulator.url, tokens: staticToken('x'), connections: 8 });
  t.after(() => Promise.all([whole.close(), transport.close()]));
  const store = {
    ...whole,
    async sitesOfVen(...page: Parameters<typeof whole.sitesOfVen>) {
      const { sites, next } = await whole.sitesOfVen(...page);
      return { next, sites: sites.filter(({ resourceId }) => resourceId !== 'site-00004') };
    },
  };
  const { enrolling, ...profile } = flexGatewayEvents();
  assert.ok(enrolling);
  const link = createVtnLink({ transport, pacing: { kind: 'window', concurrency: 4 }, retry });
  const request = { store, link, profile, enrolling, program: 'Winter' };
  await assert.rejects(
    whole.exclusively({ command: 'events enrol' }, () => enrolLoads(request)),
    { code: 'LOADS_UNACCOUNTED', message: /^6 loads .*\(6 of Ærø\)\.$/ },
  );
});
