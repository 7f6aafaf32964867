/** VTNs that fail, lose, refuse and garble reports: each reading is there once all the same, or its load failed by name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportSummary } from '../../src/metering/report-events.ts';
import { nonsenseKinds } from '../../src/simulator/index.ts';
import { execute, query } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { hourly } from '../support/meter-file.ts';
import { reporter } from '../support/reporter.ts';
import {
  allProfiles,
  assertSums,
  assertTold,
  heldBy,
  openAdrProfiles,
  reportingFleet,
} from '../support/reporting-fleet.ts';
import { fastClock } from '../support/test-clock.ts';
import { troubledVtn } from '../support/troubled-vtn.ts';

/** The two versions of OpenADR send reports by the same code; what both must stand up to besides is below. */
const faultProfiles = allProfiles.filter((profile) => profile !== 'openadr-3.0');

const isReport = ({ method, path }: { method: string; path: string }) =>
  method === 'POST' && /^\/report/.test(path);
const kindOf = (profile: string) => (profile === 'flex-gateway' ? 'POST /report_data/bulk' : 'POST /reports');
/** Small bodies, so that there are many reports. */
const mostBytes = 6_000;
const counted = ({ reported, failed, skipped, alreadyReported, left }: ReportSummary) => ({
  reported,
  failed,
  skipped,
  alreadyReported,
  left,
});
const none = { reported: 0, failed: 0, skipped: 0, alreadyReported: 0, left: 0 };
const inDoubt = (dbPath: string) => query(dbPath, 'SELECT * FROM venfleet_reports_sending').length;

for (const [profile, test] of inTurn(faultProfiles)) {
  const isGateway = profile === 'flex-gateway';

  for (const [what, faults] of [
    ['lost answers', { dropRate: 0.3 }],
    ['errors before and after, and "not now"', { errorRate: 0.3, maxRate: 300, retryAfterS: 0 }],
  ] as const) {
    test(`${profile}: ${what}: nothing is lost, and nothing twice where the VTN can be asked`, async (t) => {
      const fleet = await reportingFleet(t, { profile });
      fleet.simulator.set({ ...faults, rateModel: 'bucket' });
      const run = reporter(fleet);
      const summary = await run({ mostBytes });
      assertSums(summary);
      assert.deepEqual(counted(summary), { ...none, reported: 30 }, JSON.stringify(summary.reasons));
      assert.equal(summary.points, 30 * 48);
      await assertTold(fleet, () => hourly(48), { again: isGateway });
      if (isGateway && 'dropRate' in faults) {
        assert.ok(summary.inDoubt.sentAgain > 0);
        assert.ok((await heldBy(fleet)).again > 0);
      }
      assert.equal(inDoubt(fleet.dbPath), 0);
    });
  }

  test(`${profile}: reports that are too large are halved by loads, then by readings`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    fleet.simulator.set({ maxBodyBytes: 2_000 });
    const summary = await reporter(fleet)();
    assertSums(summary);
    assert.deepEqual(counted(summary), { ...none, reported: 30 }, JSON.stringify(summary.reasons));
    await assertTold(fleet, () => hourly(48));
    assert.equal(inDoubt(fleet.dbPath), 0);
  });

  test(`${profile}: a VTN that takes not even one reading for its size fails the loads, and says why`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    fleet.simulator.set({ maxBodyBytes: 20 });
    const summary = await reporter(fleet)({ maxFailures: 0 });
    assertSums(summary);
    assert.deepEqual(counted(summary), { ...none, failed: 30 });
    assert.match(summary.reasons[0]?.reason ?? '', isGateway ? /HTTP 413/ : /length limit exceeded/);
    assert.equal(inDoubt(fleet.dbPath), 0, 'nothing of it is on the VTN');
  });

  test(`${profile}: answers that make no sense lose and double nothing`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const run = reporter(fleet);
    fleet.simulator.set({ nonsenseRate: 0.4, nonsense: nonsenseKinds.filter((kind) => kind !== 'silence') });
    assertSums(await run({ mostBytes }));
    fleet.simulator.set({ nonsenseRate: 0 });
    const second = await run({ mostBytes });
    assertSums(second);
    assert.deepEqual([second.failed, second.left, second.success], [0, 0, true]);
    await assertTold(fleet, () => hourly(48), { again: isGateway });
    assert.equal(inDoubt(fleet.dbPath), 0);
  });

  test(`${profile}: a VTN that dies in the middle fails nothing, and the next run completes`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    let left = 6;
    const vtn = await troubledVtn(t, fleet.simulator.url, (request) =>
      isReport(request) && left-- <= 0 ? 'cut' : left < 0 ? 'cut' : 'pass',
    );
    const broken: ReportSummary[] = [];
    const onEvent: NonNullable<Parameters<ReturnType<typeof reporter>>[0]>['onEvent'] = (event) => {
      if (event.type === 'broken-off') broken.push(event.summary);
    };
    const through = reporter(fleet, { url: vtn.url, concurrency: 4, clock: fastClock(20) });
    await assert.rejects(through({ mostBytes, onEvent }), { code: 'VTN_LOST' });
    const [summary] = broken;
    assert.ok(summary);
    assertSums(summary);
    assert.equal(summary.failed, 0);
    assert.equal(query(fleet.dbPath, 'SELECT * FROM venfleet_report_failures').length, 0);
    left = Number.POSITIVE_INFINITY;
    const next = await through({ mostBytes });
    assertSums(next);
    assert.deepEqual([next.failed, next.left], [0, 0]);
    assert.equal((await through({ mostBytes })).alreadyReported, 30);
    await assertTold(fleet, () => hourly(48), { again: isGateway });
  });

  test(`${profile}: a token that is refused from some time on ends the run; the loads wait`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    for (const status of [401, 403]) {
      let left = 5;
      const vtn = await troubledVtn(t, fleet.simulator.url, () => (left-- > 0 ? 'pass' : status));
      const through = reporter(fleet, { url: vtn.url, concurrency: 4 });
      await assert.rejects(through({ mostBytes }), { code: 'VTN_TOKEN_REFUSED' });
      assert.equal(query(fleet.dbPath, 'SELECT * FROM venfleet_report_failures').length, 0);
    }
    const next = await reporter(fleet)({ mostBytes });
    assert.deepEqual([next.failed, next.left], [0, 0]);
    await assertTold(fleet, () => hourly(48), { again: isGateway });
  });

  test(`${profile}: a report that is forbidden (403) fails its loads alone`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const [victim] = [...fleet.simulator.resources()];
    assert.ok(victim);
    const isBad = (request: { method: string; path: string; body: string }) =>
      isReport(request) &&
      `${request.path}${request.body}`.includes(isGateway ? victim.id : `"${victim.name}"`);
    const vtn = await troubledVtn(t, fleet.simulator.url, (request) => (isBad(request) ? 403 : 'pass'));
    const summary = await reporter(fleet, { url: vtn.url })({ mostBytes });
    assertSums(summary);
    assert.ok(summary.failed >= 1 && summary.failed < 6, String(summary.failed));
    assert.equal(summary.failed + summary.reported, 30);
    assert.equal((await reporter(fleet)({ mostBytes })).reported, summary.failed);
    await assertTold(fleet, () => hourly(48));
  });

  test(`${profile}: stopped in the middle, the rest is left, and the next run sends it`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const run = reporter(fleet, { concurrency: 2 });
    for (const after of [0, 1, 4]) {
      const stop = new AbortController();
      let requests = 0;
      const vtn = await troubledVtn(t, fleet.simulator.url, () => {
        if (++requests > after) stop.abort();
        return 'pass';
      });
      const through = reporter(fleet, { url: vtn.url, concurrency: 2 });
      const summary = await through({ mostBytes, signal: stop.signal });
      assertSums(summary);
      assert.deepEqual([summary.interrupted, summary.failed], [true, 0]);
      assert.ok(summary.left > 0);
    }
    const before = AbortSignal.abort();
    const nothing = await run({ mostBytes, signal: before });
    assertSums(nothing);
    assert.deepEqual([nothing.interrupted, nothing.reported], [true, 0]);
    const rest = await run({ mostBytes });
    assert.deepEqual([rest.failed, rest.left, rest.success], [0, 0, true]);
    await assertTold(fleet, () => hourly(48));
  });

  test(`${profile}: a database that becomes read-only in the middle ends the run; what was sent is looked for`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const refuse = (when: string) =>
      `CREATE TRIGGER no_more ${when} BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END`;
    execute(fleet.dbPath, refuse('BEFORE INSERT ON venfleet_reported'));
    const run = reporter(fleet);
    await assert.rejects(run({ mostBytes }), { code: 'DB_FAILED' });
    execute(fleet.dbPath, 'DROP TRIGGER no_more');
    assert.ok(inDoubt(fleet.dbPath) > 0);
    const next = await run({ mostBytes });
    assertSums(next);
    assert.deepEqual([next.failed, next.left], [0, 0]);
    assert.equal(inDoubt(fleet.dbPath), 0);
    await assertTold(fleet, () => hourly(48), { again: isGateway });
  });
}

test('flex-gateway: a short count fails the load, by how many were taken; the next run sends all of it again', async (t) => {
  const fleet = await reportingFleet(t);
  fleet.simulator.set({ shortCount: 0.4 });
  const first = await reporter(fleet)();
  assertSums(first);
  assert.ok(first.failed > 0 && first.reported > 0);
  assert.equal(first.points + first.pointsFailed, 30 * 48);
  assert.ok(first.failures.every(({ reason }) => /took 24 of 48 readings/.test(reason)));
  fleet.simulator.set({ shortCount: 0 });
  const second = await reporter(fleet)();
  assert.deepEqual([second.reported, second.alreadyReported], [first.failed, first.reported]);
  await assertTold(fleet, () => hourly(48), { again: true });
});

test('flex-gateway: a 409 fails the load, and leaves it in no doubt', async (t) => {
  const fleet = await reportingFleet(t);
  fleet.simulator.answerNext(1, { status: 409, body: '{"detail": "taken"}' }, kindOf('flex-gateway'));
  const summary = await reporter(fleet)();
  assert.deepEqual(counted(summary), { ...none, reported: 29, failed: 1 });
  assert.match(summary.failures[0]?.reason ?? '', /HTTP 409: taken/);
  assert.equal(inDoubt(fleet.dbPath), 0);
});

test('flex-gateway: what to do about lost answers is chosen: sent again, believed, or the end of the run', async (t) => {
  const fleet = await reportingFleet(t);
  const run = reporter(fleet);
  const kind = kindOf('flex-gateway');
  fleet.simulator.answerNext(2, { status: 502, carryOut: true }, kind);
  const believed = await run({ onDoubt: 'skip', scope: { components: ['load_0'] } });
  assert.deepEqual([believed.reported, believed.inDoubt], [5, { found: 0, sentAgain: 0, believed: 2 }]);
  assert.equal((await heldBy(fleet)).again, 0);
  fleet.simulator.answerNext(3, { status: 502, carryOut: true }, kind);
  const again = await run({ onDoubt: 'resend', scope: { components: ['load_1'] } });
  assert.deepEqual([again.reported, again.inDoubt.sentAgain], [5, 3]);
  assert.equal((await heldBy(fleet)).again, 3 * 48);
  fleet.simulator.answerNext(1, { status: 502, carryOut: true }, kind);
  await assert.rejects(run({ onDoubt: 'stop' }), { code: 'REPORTS_IN_DOUBT' });
  await assert.rejects(run({ onDoubt: 'stop' }), { code: 'REPORTS_IN_DOUBT' });
  const last = await run();
  assertSums(last);
  assert.equal(last.inDoubt.sentAgain, 1);
  assert.deepEqual([last.failed, last.left], [0, 0]);
  await assertTold(fleet, () => hourly(48), { again: true });
});

for (const [profile, test] of inTurn(openAdrProfiles)) {
  test(`${profile}: a name that is there from earlier is replaced, also with other readings`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const run = reporter(fleet);
    await run();
    execute(fleet.dbPath, 'DELETE FROM venfleet_reported');
    const { requests } = fleet.simulator.stats();
    const summary = await run();
    assert.deepEqual(counted(summary), { ...none, reported: 30 });
    assert.equal(summary.inDoubt.found, summary.reports);
    assert.ok(fleet.simulator.stats().requests > requests);
    await assertTold(fleet, () => hourly(48));
  });

  test(`${profile}: what the VTN took up to carry out later (202) is waited for, not sent again`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    fleet.simulator.answerNext(3, { status: 202, carryOut: true }, kindOf(profile));
    const run = reporter(fleet);
    const summary = await run({ mostBytes });
    assert.deepEqual(counted(summary), { ...none, reported: 30 }, JSON.stringify(summary.reasons));
    assert.equal(summary.inDoubt.found, 3);
    await assertTold(fleet, () => hourly(48));
    // One that never carries it out.
    fleet.simulator.answerNext(1, { status: 202 }, kindOf(profile));
    const never = await run({ mostBytes, again: true, scope: { vens: ['Aarhus'], components: ['load_0'] } });
    assert.equal(never.failed, 0, 'its name is there from before');
  });

  test(`${profile}: a VTN that says 201 and forgets is found out, and the next run sends these again`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    fleet.simulator.set({ forgetRate: 1 });
    const run = reporter(fleet);
    await assert.rejects(run({ mostBytes }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'REPORTS_LOST');
      assert.match(error.message, /^Of 5 reports .* 5 are not there: (Aalborg|Aarhus) 2025-/);
      return true;
    });
    fleet.simulator.set({ forgetRate: 0 });
    const next = await run({ mostBytes });
    assert.ok(next.reported >= 5 && next.alreadyReported > 0, JSON.stringify(counted(next)));
    const all = await run({ mostBytes, again: true });
    assert.equal(all.reported, 30);
    await assertTold(fleet, () => hourly(48));
  });

  test(`${profile}: many answers that are lost at once share the look through their VEN's reports`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const run = reporter(fleet, { concurrency: 30 });
    await run({ mostBytes });
    execute(fleet.dbPath, 'DELETE FROM venfleet_reported');
    fleet.simulator.reset();
    const summary = await run({ mostBytes });
    assert.equal(summary.inDoubt.found, summary.reports);
    const listings = fleet.simulator.stats().answers['GET /reports']?.[200] ?? 0;
    // Each by itself would read half of its VEN's pages.
    assert.ok(listings < summary.reports * 2, `${listings} pages for ${summary.reports} reports`);
  });

  test(`${profile}: a VEN whose reports in doubt cannot be listed fails alone, and is sent nothing twice`, async (t) => {
    const fleet = await reportingFleet(t, { profile });
    const run = reporter(fleet);
    execute(
      fleet.dbPath,
      `CREATE TRIGGER no_more BEFORE INSERT ON venfleet_reported BEGIN SELECT RAISE(ABORT, 'no'); END`,
    );
    await assert.rejects(run({ mostBytes }), { code: 'DB_FAILED' });
    execute(fleet.dbPath, 'DROP TRIGGER no_more');
    const refusing = await troubledVtn(t, fleet.simulator.url, () => 403);
    await assert.rejects(reporter(fleet, { url: refusing.url })({ mostBytes }), {
      code: 'VTN_TOKEN_REFUSED',
    });
    const vtn = await troubledVtn(t, fleet.simulator.url, ({ method, path }) =>
      method === 'GET' && /^\/reports\?.*Aarhus/.test(path) ? 404 : 'pass',
    );
    const summary = await reporter(fleet, { url: vtn.url })({ mostBytes });
    assertSums(summary);
    assert.ok(summary.failed > 0 && summary.failures.every(({ venId }) => venId === 'Aarhus'));
    assert.match(summary.reasons[0]?.reason ?? '', /an earlier run may have reported it/);
    const next = await run({ mostBytes });
    assert.deepEqual([next.failed, next.left], [0, 0]);
    await assertTold(fleet, () => hourly(48));
  });
}
