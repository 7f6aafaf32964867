/** The fleet on the real OpenLEADR of both generations, with the real profiles: see docs/interop.md. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientCredentials } from '../../src/api/connect-vtn.ts';
import { registerVenResource } from '../../src/api/python-names.ts';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import { execute } from '../support/fleet-database.ts';
import { assertOneToOne, loadsOf, registrationAt, resourcesOn, twoTowns, whole } from './fleet.ts';
import { beginAnew, dbPath, fleet, onEachOpenLeadr, vtn } from './suite.ts';
import { createVen, resourcesOf } from './wire.ts';

const run = (changes: Partial<RegisterOptions> = {}) =>
  register({ dbPath, ...registrationAt(vtn), scope: { vens: twoTowns }, ...changes });

function registration() {
  test(`${whole ? 'the whole fleet' : 'two towns'}: a resource of its own for every load; a second run creates nothing`, async () => {
    const scope = whole ? {} : { vens: twoTowns };
    const first = await run({ scope });
    assert.ok(first.success, JSON.stringify(first.failures.slice(0, 3)));
    assert.equal(first.loads.registered, whole ? 116_412 : 588);
    await assertOneToOne(dbPath, vtn, scope.vens);

    const second = await run({ scope });
    assert.deepEqual([second.loads.registered, second.loads.alreadyRegistered], [0, first.loads.registered]);
    assert.equal(await resourcesOn(vtn), first.loads.registered);
  });

  test('a single load, by the function of the Python system', async () => {
    await run({ scope: { vens: ['Aalborg'] } });
    const resource = {
      loadId: 'a1b2c3d4-0000-4000-8000-000000000001',
      resourceId: 'hotel-abc',
      resourceName: 'Hotel ABC',
      ven: 'Aalborg',
      meterPointId: '707057500504404881',
      loadComponent: 'load_1',
    };
    const id = await registerVenResource(resource, registrationAt(vtn));
    assert.equal(await registerVenResource(resource, registrationAt(vtn)), id);
    const nowhere = registerVenResource({ ...resource, ven: 'Nowhere' }, registrationAt(vtn));
    await assert.rejects(nowhere, { code: 'LOAD_FAILED', message: /does not know VEN "Nowhere"/ });
  });

  test('every listing of the VTN has these loads too', async () => {
    await run();
    for (const ven of twoTowns) {
      const [{ id }] = (await vtn.call(`/vens?venName=${ven}`)).body;
      const listed: string[] = [];
      for (let skip = 0; skip === listed.length; skip += 50) {
        const page = (await vtn.call(resourcesOf(vtn, id, `&skip=${skip}`))).body;
        listed.push(...page.map((resource: { id: string }) => resource.id));
      }
      const mapped = loadsOf(dbPath, [ven]).map(({ resourceId }) => resourceId);
      assert.deepEqual(listed.sort(), mapped.sort());
    }
  });

  test('loads whose ids are forgotten find them again: of one VEN, and of all with the database lost', async () => {
    await run();
    const before = loadsOf(dbPath, twoTowns);
    const ofAarhus = "resource_id IN (SELECT resource_id FROM resources WHERE ven = 'Aarhus')";
    execute(
      dbPath,
      `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE ${ofAarhus}`,
    );
    assert.equal((await run()).loads.registered, 312);
    assert.deepEqual(loadsOf(dbPath, twoTowns), before);
    beginAnew();
    assert.equal((await run()).loads.registered, 588);
    assert.deepEqual(loadsOf(dbPath, twoTowns), before);
    await assertOneToOne(dbPath, vtn, twoTowns);
  });

  test('killed in the middle, a further run makes it whole and nothing twice', async () => {
    const { vtnUrl, profile, credentials } = registrationAt(vtn);
    for (const enough of [50, 150, 300]) {
      const child = spawn(
        process.execPath,
        [
          ...[join(import.meta.dirname, '../../bin/venfleet.js'), 'register', '--db', dbPath],
          ...['--vtn-url', vtnUrl, '--profile', String(profile), '--concurrency', '2'],
          ...twoTowns.flatMap((ven) => ['--ven', ven]),
        ],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
          env: {
            PATH: process.env.PATH,
            VENFLEET_CLIENT_ID: credentials?.clientId,
            VENFLEET_CLIENT_SECRET: credentials?.clientSecret,
          },
        },
      );
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = once(child, 'exit');
      while ((await resourcesOn(vtn)) < enough && child.exitCode === null) await delay(1);
      child.kill('SIGKILL');
      const [code] = await ended;
      assert.equal(code, null, `it was over before it could be killed: ${said}`);
    }
    const there = await resourcesOn(vtn);
    assert.ok(there < 588, `${there} were there before the last run`);
    const last = await run();
    assert.ok(last.success, JSON.stringify(last.failures.slice(0, 3)));
    await assertOneToOne(dbPath, vtn, twoTowns);
  });

  test("another fleet's loads of the same names are conflicts, never ours", async () => {
    await run();
    const stranger = fleet.fresh();
    const change = "SET resource_id = 'other-' || resource_id";
    execute(stranger, `UPDATE resources ${change}; UPDATE loads ${change}`);
    const summary = await run({ dbPath: stranger, scope: { vens: ['Aalborg'] } });
    assert.equal(summary.loads.failed, 276);
    assert.match(summary.failures[0]?.reason ?? '', /conflict: resource .* belongs to load /);
    await assertOneToOne(dbPath, vtn, twoTowns);
  });
}

function refusals() {
  test('wrong credentials', async () => {
    const credentials = { ...vtn.bl, clientSecret: 'wrong' };
    await assert.rejects(run({ credentials }), { code: 'OAUTH_REFUSED' });
    assert.equal(await resourcesOn(vtn), 0);
  });

  test('a missing scope or role, by name', async () => {
    const grants = vtn.generation === '3.0' ? [{ role: 'AnyBusiness' }] : ['read_all', 'write_programs'];
    const credentials = await vtn.createClient(`reader-${vtn.generation}`, grants);
    await assert.rejects(run({ credentials }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'VTN_TOKEN_REFUSED');
      assert.match(
        error.message,
        vtn.generation === '3.0' ? /does not have the required role/ : /write_vens_bl/,
      );
      return true;
    });
  });

  test('a token of the past', async () => {
    const bearerToken = vtn.signToken('bl', -600);
    const code = 'VTN_TOKEN_REFUSED';
    await assert.rejects(run({ credentials: undefined, bearerToken }), { code });
  });

  test('a VTN of the other version', async () => {
    const profile = vtn.generation === '3.0' ? 'openadr-3.1' : 'openadr-3.0';
    await assert.rejects(run({ profile }), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'VTN_WRONG_VERSION');
      assert.match(error.message, new RegExp(`answers like OpenADR ${vtn.generation}`));
      return true;
    });
    assert.equal((await vtn.sql('SELECT count(*) FROM ven')).trim(), '0');
  });
}

function vens30() {
  test('VENs that business logic made register their own loads', async () => {
    const venCredentials: Record<string, ClientCredentials> = {};
    for (const town of twoTowns) {
      const ven = (await createVen(vtn, town, '')).body;
      venCredentials[town] = await vtn.createVenClient(`as-${town}`, ven.id);
    }
    const summary = await run({ credentials: undefined, venCredentials });
    assert.ok(summary.success, JSON.stringify(summary.failures.slice(0, 3)));
    await assertOneToOne(dbPath, vtn, twoTowns);
  });
}

function vens31() {
  test('VENs make themselves and register their own loads, each with its own credentials', async () => {
    const venCredentials: Record<string, ClientCredentials> = {};
    for (const town of twoTowns) venCredentials[town] = await vtn.createVenClient(`as-${town}`);
    const summary = await run({ credentials: undefined, venCredentials });
    assert.ok(summary.success, JSON.stringify(summary.failures.slice(0, 3)));
    await assertOneToOne(dbPath, vtn, twoTowns);
    const { Aarhus: _, ...incomplete } = venCredentials;
    const again = await run({ dbPath: fleet.fresh(), credentials: undefined, venCredentials: incomplete });
    assert.deepEqual([again.loads.registered, again.loads.failed], [276, 312]);
    assert.match(again.vens.failed[0]?.reason ?? '', /credentials.*Aarhus/);
  });

  test('one VEN without a scope, or with the credentials of another, fails alone and says why', async () => {
    const aalborg = await vtn.createVenClient('both-towns');
    const reader = await vtn.createClient('no-writer', ['read_targets', 'read_ven_objects']);
    for (const [aarhus, reason] of [
      [reader, /write_vens_bl' or 'write_vens_ven'/],
      [aalborg, /409.*a VEN of this name, or one of this client/],
    ] as const) {
      await vtn.clear();
      beginAnew();
      const venCredentials = { Aalborg: aalborg, Aarhus: aarhus };
      const summary = await run({
        credentials: undefined,
        venCredentials,
        pacing: { kind: 'window', concurrency: 1 },
      });
      assert.deepEqual([summary.loads.registered, summary.loads.failed], [276, 312]);
      assert.match(summary.vens.failed[0]?.reason ?? '', reason);
      await assertOneToOne(dbPath, vtn, ['Aalborg']);
    }
  });

  test('the clientID of a VEN that business logic makes follows the template', async () => {
    await run({ clientIdTemplate: 'dk-{ven}' });
    const clients = await vtn.sql('SELECT client_id FROM ven ORDER BY 1');
    assert.deepEqual(clients.trim().split('\n'), ['dk-Aalborg', 'dk-Aarhus']);
  });
}

await onEachOpenLeadr(
  async () => undefined,
  (generation) => {
    describe('registration', registration);
    describe('what is wrong is told', refusals);
    describe('as VENs', generation === '3.0' ? vens30 : vens31);
  },
);
