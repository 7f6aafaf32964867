import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PrepareReportsOptions, prepareReports } from '../../src/api/prepare-reports.ts';
import { reportHistory } from '../../src/api/report-history.ts';
import { reportStatus } from '../../src/api/report-status.ts';
import { query } from '../support/fleet-database.ts';
import { type FleetToReport, fleetToReport } from '../support/registered-fleet.ts';
import { simulatorFor } from '../support/simulator.ts';

const defaultName = 'venfleet meter data';

const prepare = ({ dbPath, vtn }: FleetToReport, options: Partial<PrepareReportsOptions> = {}) =>
  prepareReports({ dbPath, ...vtn, ...options });

/** Asks the VTN as business logic does. */
async function ask({ simulator }: FleetToReport, method: string, path: string, body?: object) {
  const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
  const answer = await fetch(`${simulator.url}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return answer.json() as Promise<Record<string, unknown>>;
}

const storedAnchor = ({ dbPath }: FleetToReport) =>
  query(dbPath, 'SELECT program_id, event_id FROM venfleet_report_anchor').map((row) => ({ ...row }))[0];

for (const dialect of ['openadr-3.0', 'openadr-3.1'] as const) {
  test(`${dialect}: what reports are filed under is made once, and history finds it`, async (t) => {
    const fleet = await fleetToReport(t, { dialect });
    const history = () => reportHistory({ ...fleet.vtn, dbPath: fleet.dbPath, meterData: fleet.meterData });
    await assert.rejects(history(), { code: 'REPORT_ANCHOR' });
    fleet.simulator.answerNext(1, { status: 502, carryOut: true }, 'POST /programs');
    const first = await prepare(fleet);
    assert.deepEqual(
      [first.program?.name, first.program?.made, first.event?.name, first.event?.made, first.former],
      [defaultName, false, defaultName, true, null],
    );
    assert.deepEqual(storedAnchor(fleet), { program_id: first.program?.id, event_id: first.event?.id });
    const second = await prepare(fleet);
    const there = { ...first.event, made: false };
    assert.deepEqual([second.program, second.event, second.former], [first.program, there, null]);
    assert.deepEqual([second.needed, second.interrupted], [true, false]);
    assert.equal((await history()).points, 6 * 24);
  });

  test(`${dialect}: an event that is gone is told by history, and made anew`, async (t) => {
    const fleet = await fleetToReport(t, { dialect });
    const { event: first } = await prepare(fleet);
    await ask(fleet, 'DELETE', `/events/${first?.id}`);
    const history = (maxFailures: number) =>
      reportHistory({ ...fleet.vtn, dbPath: fleet.dbPath, meterData: fleet.meterData, maxFailures });
    const gone = { code: 'TOO_MANY_FAILURES', hint: /^The event that .* is gone: "venfleet report prepare"/ };
    await assert.rejects(history(2), gone);
    const [{ latestFailures } = assert.fail()] = (await reportStatus({ dbPath: fleet.dbPath })).kinds;
    assert.match(
      latestFailures[0]?.reason ?? '',
      new RegExp(`does not know event ${first?.id}.*; "venfleet report prepare" finds or makes one$`),
    );
    const { event, former, program } = await prepare(fleet);
    assert.deepEqual([event?.made, program?.made], [true, false]);
    assert.deepEqual(former, { programId: program?.id, eventId: first?.id, isGone: true });
    assert.deepEqual(storedAnchor(fleet), { program_id: program?.id, event_id: event?.id });
    const { success, points } = await history(2);
    assert.deepEqual([success, points], [true, 6 * 24]);
  });
}

test('a program and an event that are named by their ids are taken, if they are there', async (t) => {
  const fleet = await fleetToReport(t);
  const program = await ask(fleet, 'POST', '/programs', { objectType: 'PROGRAM', programName: 'Market' });
  const other = await ask(fleet, 'POST', '/programs', { objectType: 'PROGRAM', programName: 'Other' });
  const ids = { programID: program.id, eventName: 'Meters' };
  const event = await ask(fleet, 'POST', '/events', { objectType: 'EVENT', ...ids });
  const unknown = (problem: RegExp) => ({ code: 'REPORT_ANCHOR_UNKNOWN', message: problem });
  await assert.rejects(prepare(fleet, { eventId: 'none' }), unknown(/does not know event "none"\.$/));
  await assert.rejects(prepare(fleet, { programId: 'none' }), unknown(/does not know program "none"\.$/));
  const [eventId, programId] = [String(event.id), String(other.id)];
  await assert.rejects(prepare(fleet, { eventId, programId }), unknown(/not in "/));
  assert.equal(storedAnchor(fleet), undefined, 'nothing is taken that is not there');
  const taken = await prepare(fleet, { eventId });
  assert.deepEqual(taken.program, { id: program.id, name: 'Market', made: false });
  assert.deepEqual(taken.event, { id: event.id, name: 'Meters', made: false });
  assert.deepEqual((await prepare(fleet)).event, taken.event, 'it is remembered');
  const made = await prepare(fleet, { programId: String(program.id) });
  assert.deepEqual([made.event?.name, made.event?.made], [defaultName, true]);
  assert.deepEqual(made.former, { programId: program.id, eventId, isGone: false });
  const named = await prepare(fleet, { programName: 'Mine', eventName: 'Mine too' });
  assert.deepEqual(
    [named.program?.name, named.program?.made, named.event?.name, named.event?.made],
    ['Mine', true, 'Mine too', true],
  );
  const contradiction = { code: 'BAD_ARGUMENT' };
  await assert.rejects(prepare(fleet, { eventId, eventName: 'x' }), contradiction);
  await assert.rejects(prepare(fleet, { eventId, programName: 'x' }), contradiction);
});

test('another VTN than that of the fleet is refused, and a gateway wants nothing', async (t) => {
  const fleet = await fleetToReport(t);
  const other = await simulatorFor(t, { dialect: 'openadr-3.1' });
  await assert.rejects(prepare(fleet, { vtnUrl: other.url }), { code: 'VTN_OTHER' });
  assert.equal(other.stats().requests, 0);
  const { needed, interrupted, program, event } = await prepare(fleet, {
    profile: 'flex-gateway',
    dbPath: 'nowhere.db',
  });
  assert.deepEqual([needed, interrupted, program, event], [false, false, null, null]);
});

test('credentials that may not make programs, and a token that is none, are told as that', async (t) => {
  const fleet = await fleetToReport(t, {
    tokens: ['secret'],
    clients: [{ clientId: 'ven', clientSecret: 's', role: 'VEN' }],
  });
  const bearerToken = fleet.simulator.tokenFor('ven', 60);
  await assert.rejects(prepare(fleet, { bearerToken }), {
    code: 'REPORT_PREPARE',
    message: /did not take program "venfleet meter data": HTTP 403: .*write_programs/,
    hint: /write_programs and write_events/,
  });
  await assert.rejects(prepare(fleet, { bearerToken: 'wrong' }), { code: 'VTN_TOKEN_REFUSED' });
});

test('interrupted, it stores nothing; what was made is found the next time', async (t) => {
  const fleet = await fleetToReport(t);
  const controller = new AbortController();
  fleet.simulator.answerNext(1, { status: 429, headers: { 'retry-after': '60' } }, 'POST /events');
  const result = await prepare(fleet, { signal: controller.signal, onAskedToWait: () => controller.abort() });
  assert.deepEqual([result.interrupted, result.program, result.event], [true, null, null]);
  assert.equal(storedAnchor(fleet), undefined);
  const next = await prepare(fleet);
  assert.deepEqual([next.program?.made, next.event?.made], [false, true]);
});
