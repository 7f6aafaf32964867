/** Meter data on the real OpenLEADR of both generations: see docs/interop.md. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientCredentials } from '../../src/api/connect-vtn.ts';
import { register } from '../../src/api/register.ts';
import { type ReportAnchor, type ReportHistoryOptions, reportHistory } from '../../src/api/report-history.ts';
import { createSender } from '../../src/delivery/sender.ts';
import { type Creation, settle } from '../../src/delivery/settle.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { defaultAnchorNames } from '../../src/profiles/anchor-profile.ts';
import { profileNamed } from '../../src/profiles/choose-profile.ts';
import { query } from '../support/fleet-database.ts';
import { hourly, type Row, writeMeterFile } from '../support/meter-file.ts';
import { troubledVtn } from '../support/troubled-vtn.ts';
import { registrationAt, twoTowns } from './fleet.ts';
import { dbPath, onEachOpenLeadr, vtn } from './suite.ts';
import { createVen } from './wire.ts';

const hours = 100;
/** So that there are many reports of each VEN. */
const maxBodyBytes = 100_000;
const retry = { maxAttempts: 10, baseMs: 20, capMs: 200, graceMs: 300 };

let meterData: string;
let anchor: ReportAnchor;
let venCredentials: Record<string, ClientCredentials>;

const run = (changes: Partial<ReportHistoryOptions> = {}) =>
  reportHistory({
    ...{ dbPath, meterData, anchor, venCredentials, retry, maxBodyBytes },
    ...{ vtnUrl: vtn.url, profile: registrationAt(vtn).profile, scope: { vens: twoTowns } },
    ...changes,
  });

function reports() {
  test('the program and the event that reports are filed under are made once, and found again', async () => {
    assert.deepEqual(await madeAnchor(), anchor);
    const event = (await vtn.call(`/events/${anchor.eventId}`)).body;
    assert.equal(event.programID, anchor.programId);
    assert.deepEqual(
      event.reportDescriptors.map((one: { payloadType: string }) => one.payloadType),
      ['USAGE', 'READING'],
    );
    for (const town of twoTowns) {
      const token = await vtn.token(venCredentials[town] as ClientCredentials);
      const seen = await vtn.call('/events', { token });
      assert.deepEqual(
        seen.body.map((one: { id: string }) => one.id),
        [anchor.eventId],
        `${town} sees it`,
      );
    }
  });

  test('each reading of each load stands in its database once, a report for each VEN, window and group', async () => {
    const summary = await run();
    assert.ok(summary.success, JSON.stringify(summary.failures.slice(0, 3)));
    assert.deepEqual([summary.reported, summary.points], [588, 588 * hours]);
    await assertHeld();
    const [of, names] = await reportsHeld();
    assert.equal(of, summary.reports);
    assert.equal(names, summary.reports);
    const again = await run();
    assert.deepEqual([again.alreadyReported, again.points], [588, 0]);
  });

  test('a single report has as many bytes as the server takes', async () => {
    const summary = await run({ maxBodyBytes: 2_000_000 });
    assert.ok(summary.success, JSON.stringify(summary.reasons));
    assert.ok(summary.reports <= 8, `${summary.reports} reports`);
    await assertHeld();
  });

  test('what is too large for it is sent in halves', async () => {
    const summary = await run({ maxBodyBytes: 6_000_000 });
    assert.ok(summary.success, JSON.stringify(summary.reasons));
    await assertHeld();
  });

  test('lost answers make no second report', async (t: TestContext) => {
    let posts = 0;
    const troubled = await troubledVtn(t, vtn.url, ({ method, path }) =>
      method === 'POST' && path === '/reports' && ++posts % 3 === 0 ? 'lose' : 'pass',
    );
    const { profile } = registrationAt(vtn);
    const at = { dbPath, vtnUrl: troubled.url, profile, venCredentials, scope: { vens: twoTowns } };
    await register({ ...at, ifOtherVtn: 'same' });
    const summary = await run({ vtnUrl: troubled.url });
    assert.ok(summary.success, JSON.stringify(summary.reasons));
    assert.ok(summary.inDoubt.found > 0);
    await assertHeld();
  });

  test('what is there under its name, from an earlier run that was forgotten, is replaced', async () => {
    await run();
    const again = await run({ again: true });
    assert.ok(again.success, JSON.stringify(again.reasons));
    assert.equal(again.inDoubt.found, again.reports);
    await assertHeld();
  });

  test('killed in the middle, further runs make it whole, and nothing twice', async () => {
    const credentialsFile = join(dbPath, '..', 'vens.json');
    writeFileSync(credentialsFile, JSON.stringify(venCredentials));
    for (const enough of [3, 8, 15, 20]) {
      const child = spawn(
        process.execPath,
        [
          ...[join(import.meta.dirname, '../../bin/venfleet.js'), 'report', 'history', '--db', dbPath],
          ...['--vtn-url', vtn.url, '--profile', `openadr-${vtn.generation}`, '--concurrency', '2'],
          ...['--credentials-file', credentialsFile, '--meter-data', meterData, '--grace', '0.3'],
          ...['--program', anchor.programId, '--event', anchor.eventId, '--max-body', `${maxBodyBytes}`],
          ...twoTowns.flatMap((ven) => ['--ven', ven]),
        ],
        { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env.PATH } },
      );
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = once(child, 'exit');
      while ((await reportsHeld())[0] < enough && child.exitCode === null) await delay(1);
      child.kill('SIGKILL');
      const [code] = await ended;
      assert.equal(code, null, `it was over before it could be killed: ${said}`);
    }
    const last = await run();
    assert.ok(last.success, JSON.stringify(last.reasons));
    assert.ok(last.reported > 0 && last.alreadyReported > 0);
    await assertHeld();
  });

  test('a VEN reads a report of its own by its id; business logic may not send one', async () => {
    await run({ scope: { vens: ['Aalborg'] } });
    const [id, clientId] = (await vtn.sql('SELECT id, client_name FROM report LIMIT 1')).trim().split('|');
    assert.equal(clientId, 'Aalborg');
    const token = await vtn.token(venCredentials.Aalborg as ClientCredentials);
    const read = await vtn.call(`/reports/${id}`, { token });
    assert.deepEqual([read.status, read.body.id], [200, id]);
    const gone = await vtn.call('/reports/00000000-0000-4000-8000-000000000000', { token });
    assert.equal(gone.status, 404);
    const report = { ...read.body, reportName: 'Another' };
    const asBl = await vtn.call('/reports', { method: 'POST', body: report });
    assert.equal(asBl.status, 403, asBl.text);
    const again = await vtn.call('/reports', { method: 'POST', body: read.body, token });
    assert.deepEqual([again.status, again.body.detail], [409, 'Conflict']);
  });

  test('business logic may not report, and is told so', async () => {
    const { credentials } = registrationAt(vtn);
    const as = { venCredentials: undefined, credentials, maxFailures: 10 };
    await assert.rejects(run(as), { code: /TOO_MANY_FAILURES|VTN_TOKEN_REFUSED/ });
    assert.equal((await reportsHeld())[0], 0);
  });

  test('an event that it does not know is named', async () => {
    const wrong = { ...anchor, eventId: 'no-such-event' };
    const summary = await run({ anchor: wrong, maxFailures: 0 });
    assert.equal(summary.failed, 588);
    assert.match(summary.reasons[0]?.reason ?? '', /does not know event no-such-event/);
  });
}

/** Makes the program and the event as business logic, or finds them. */
async function madeAnchor(): Promise<ReportAnchor> {
  const { program, event } =
    (await profileNamed(`openadr-${vtn.generation}`).jobs.anchor?.({})) ?? assert.fail();
  const tokens = staticToken(await vtn.token(vtn.bl));
  const transport = createTransport({ url: vtn.url, tokens, connections: 1 });
  const link = createVtnLink({ transport, pacing: { kind: 'window', concurrency: 1 }, retry });
  const sender = createSender(link, { kind: 'anchor' });
  const made = async (thing: Creation) => {
    const settled = await settle(thing, sender);
    assert.ok(settled.at === 'mapped', JSON.stringify(settled));
    return settled.id;
  };
  try {
    const programId = await made(program(defaultAnchorNames));
    return { programId, eventId: await made(event(defaultAnchorNames, programId)) };
  } finally {
    await transport.close();
  }
}

/** Registers the two towns, each with credentials of its own. */
async function registerAsVens(): Promise<void> {
  venCredentials = {};
  const run = `${dbPath.match(/copy-(\d+)/)?.[1]}`;
  for (const town of twoTowns) {
    const ids = vtn.generation === '3.0' ? [(await createVen(vtn, town, '')).body.id] : [];
    venCredentials[town] = await vtn.createVenClient(`${town}-${run}`, ...ids);
  }
  const { vtnUrl, profile } = registrationAt(vtn);
  const summary = await register({ dbPath, vtnUrl, profile, venCredentials, scope: { vens: twoTowns } });
  assert.ok(summary.success, JSON.stringify(summary.failures.slice(0, 3)));
}

interface MeteredLoad {
  readonly meter: string;
  readonly component: string;
  readonly vtnResourceId: string;
}

function meteredLoads(): MeteredLoad[] {
  return query(
    dbPath,
    `SELECT l.h5_meter_id AS meter, l.load_component AS component, l.vtn_resource_id AS vtnResourceId
     FROM loads l JOIN resources r ON r.resource_id = l.resource_id
     WHERE r.ven IN (${twoTowns.map((town) => `'${town}'`).join(', ')})`,
  ) as unknown as MeteredLoad[];
}

/** Other readings for each series; every tenth is below zero. */
function rowsOf(meter: string, component: string): Row[] {
  const offset = Number(meter.replace(/\D/g, '').slice(-5)) + Number(component.slice(-1)) / 8;
  return hourly(hours).map(([at, watts], n) => [at, n % 10 === 9 ? -watts - offset : watts + offset]);
}

function meters() {
  const all: Record<string, Record<string, Row[]>> = {};
  for (const { meter, component } of meteredLoads()) {
    all[meter] ??= {};
    all[meter][component] ??= rowsOf(meter, component);
  }
  return all;
}

/** Reports in the VTN's database, and their names. */
async function reportsHeld(): Promise<[number, number]> {
  const counts = await vtn.sql('SELECT count(*), count(DISTINCT report_name) FROM report');
  const [of = 0, names = 0] = counts
    .trim()
    .split(/[|,\t ]+/)
    .map(Number);
  return [of, names];
}

interface HeldInterval {
  readonly id: number;
  readonly intervalPeriod?: { readonly start: string };
  readonly payloads: readonly { readonly type: string; readonly values: readonly number[] }[];
}

interface HeldEntry {
  readonly resourceName: string;
  readonly intervalPeriod: { readonly start: string };
  readonly intervals: readonly HeldInterval[];
}

/** Holds the reports in the VTN's own database against the meter file: every reading of every load once, and nothing else. */
async function assertHeld(): Promise<void> {
  const lines = await vtn.sql(
    `SELECT json_build_object('event', event_id, 'client', client_name, 'resources', resources) FROM report`,
  );
  const held = new Map<string, string[]>();
  for (const line of lines.split('\n').filter((one) => one !== '')) {
    const report = JSON.parse(line) as { event: string; client: string; resources: HeldEntry[] };
    assert.equal(report.event, anchor.eventId);
    for (const { resourceName, intervalPeriod, intervals } of report.resources) {
      const key = JSON.stringify([report.client, resourceName]);
      const told = held.get(key) ?? [];
      held.set(key, told);
      intervals.forEach(({ payloads, intervalPeriod: own }, n) => {
        const start = own ? Date.parse(own.start) : Date.parse(intervalPeriod.start) + n * 3_600_000;
        for (const { type, values } of payloads) told.push(`${start} ${type} ${rounded(values)}`);
      });
    }
  }
  const names = new Map<string, string>();
  const resources = await vtn.sql(
    `SELECT json_build_object('id', r.id, 'key', json_build_array(v.ven_name, r.resource_name))
     FROM resource r JOIN ven v ON v.id = r.ven_id`,
  );
  for (const line of resources.split('\n').filter((one) => one !== '')) {
    const { id, key } = JSON.parse(line) as { id: string; key: string[] };
    names.set(id, JSON.stringify(key));
  }
  const loads = meteredLoads();
  assert.equal(held.size, loads.length, 'loads that were reported of');
  for (const { meter, component, vtnResourceId } of loads) {
    const expected = rowsOf(meter, component).map(
      ([seconds, watts]) => `${seconds * 1000} ${watts < 0 ? 'READING' : 'USAGE'} ${rounded([watts / 1000])}`,
    );
    assert.deepEqual(
      held.get(names.get(vtnResourceId) ?? '')?.sort(),
      expected.sort(),
      `${meter} ${component}`,
    );
  }
}

/** The server may give doubles back one unit in the last place off. */
const rounded = (values: readonly number[]) => values.map((value) => value.toFixed(6)).join(' ');

await onEachOpenLeadr(
  async () => {
    await registerAsVens();
    anchor = await madeAnchor();
    meterData = join(dbPath, '..', 'meters.h5');
    await writeMeterFile(meterData, meters());
  },
  () => describe('reports', reports),
);
