import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { apply, deregister } from '../../src/api/apply.ts';
import { importFleet } from '../../src/api/import-fleet.ts';
import { plan } from '../../src/api/plan.ts';
import { register } from '../../src/api/register.ts';
import type { SpelledTwice } from '../../src/api/spelled-names.ts';
import { status } from '../../src/api/status.ts';
import { profileNames } from '../../src/profiles/choose-profile.ts';
import { execute, pythonDatabase, readLoads, type TestSite } from '../support/fleet-database.ts';
import { inTurn, oneInTurn } from '../support/in-turn.ts';
import { simulatorFor } from '../support/simulator.ts';

const decomposed = (text: string) => text.normalize('NFD');

/** A VTN that stores what it is told in the composed form, and looks for what it is asked for as it stands. */
async function composing(t: TestContext, url: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString().normalize('NFC');
    const answer = await fetch(`${url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? 'application/json',
      },
      ...(body !== '' && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const sites: TestSite[] = [
  { ven: decomposed('Åby'), name: decomposed('Hôtel Å'), resourceId: decomposed('é-1') },
  { ven: 'Ry', name: 'Kro ', resourceId: 'plain' },
];

const bytes = async function* (text: string) {
  yield Buffer.from(text);
};

describe('one name in two spellings', { concurrency: 2 }, () => {
  for (const [profile, test] of inTurn(profileNames)) {
    test(`a VTN that composes names is understood: ${profile}`, async (t) => {
      const simulator = await simulatorFor(t, { dialect: profile });
      const vtn = { vtnUrl: await composing(t, simulator.url), profile, bearerToken: 'x' };
      const dbPath = pythonDatabase(t, sites);
      const first = await register({ ...vtn, dbPath });
      assert.deepEqual([first.success, first.loads.registered], [true, 12], JSON.stringify(first.reasons));
      const agreed = await plan({ ...vtn, dbPath });
      assert.deepEqual([agreed.agrees, agreed.inSync, agreed.counts.stranger], [true, 12, 0]);
      // What the database forgot is found again, and nothing is doubled.
      const again = pythonDatabase(t, sites);
      const second = await register({ ...vtn, dbPath: again });
      assert.equal(second.loads.registered + second.loads.failed, 12);
      assert.equal([...simulator.resources()].length, 12);
      const gone = await deregister({ ...vtn, dbPath, vens: ['Åby', 'Ry '] });
      assert.deepEqual([gone.success, gone.removed, [...simulator.resources()].length], [true, 12, 0]);
    });
  }

  for (const [profile, test] of inTurn(profileNames)) {
    test(`what is looked for one by one is found in its other spelling: ${profile}`, async (t) => {
      const simulator = await simulatorFor(t, { dialect: profile });
      const vtn = { vtnUrl: await composing(t, simulator.url), profile, bearerToken: 'x' };
      const dbPath = pythonDatabase(t, [
        { ...sites[0], resourceId: decomposed('é-0') } as TestSite,
        ...sites,
      ]);
      execute(dbPath, "UPDATE loads SET registration_status = 'SUSPENDED' WHERE resource_id = 'plain'");
      await register({ ...vtn, dbPath });
      execute(dbPath, "UPDATE loads SET registration_status = 'PENDING' WHERE resource_id = 'plain'");
      // Before it sends anything, it looks whether this VTN has what is registered.
      assert.equal((await register({ ...vtn, dbPath })).loads.registered, 6);
      const one = profile === 'openadr-3.0' ? '/vens/{venID}/resources/{id}' : '/resources/{id}';
      execute(dbPath, "UPDATE resources SET address = 'Ny Vej 1' WHERE resource_id <> 'plain'");
      simulator.answerNext(12, { status: 204, carryOut: true }, `PUT ${one}`);
      const changed = await apply({ ...vtn, dbPath });
      assert.deepEqual([changed.success, changed.updated], [true, 12], JSON.stringify(changed.failures[0]));
      // Said to be gone, and still there.
      execute(dbPath, "UPDATE resources SET enabled = 0 WHERE resource_id <> 'plain'");
      simulator.answerNext(12, { status: 404 }, `DELETE ${one}`);
      const kept = await apply({ ...vtn, dbPath, maxRemovals: 12 });
      assert.deepEqual([kept.removed, kept.failed, simulator.stats().resources], [0, 12, 18]);
    });
  }

  test('a file from another computer changes nothing, and plans nothing', async (t) => {
    const text =
      'title,address,longitude,latitude,ven,resource_id\n' +
      'Hôtel Å,"Å 1, 9000 Åby",9,57,,é-1\nCafé,"Vej 2, 8000 Århus",9,57,,\nKro,"Vej 3, 8680 Ry",9,57,Åby,\n';
    const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
    const vtn = { vtnUrl: simulator.url, profile: 'openadr-3.1', bearerToken: 'x' } as const;
    for (const spell of [(one: string) => one, decomposed]) {
      // As another program, or an older version, has stored it.
      const dbPath = pythonDatabase(t, []);
      const load = (content: string) =>
        importFleet({ dbPath, files: [{ name: 'x.csv', bytes: bytes(content) }] });
      assert.equal((await load(text)).inserted, 3);
      const db = new DatabaseSync(dbPath, { enableForeignKeyConstraints: false });
      t.after(() => db.close());
      db.function('spell', (one) => (typeof one === 'string' ? spell(one) : one));
      db.exec(
        'UPDATE resources SET resource_id = spell(resource_id), resource_name = spell(resource_name), address = spell(address), ven = spell(ven)',
      );
      db.exec('UPDATE loads SET resource_id = spell(resource_id)');
      const all = () =>
        JSON.stringify([
          db.prepare('SELECT * FROM resources').all(),
          db.prepare('SELECT * FROM loads').all(),
        ]);
      assert.equal((await register({ ...vtn, dbPath })).loads.failed, 0);
      const before = all();
      for (const content of [text.normalize('NFC'), decomposed(text)]) {
        const { inserted, updated, unchanged } = await load(content);
        assert.deepEqual({ inserted, updated, unchanged }, { inserted: 0, updated: 0, unchanged: 3 });
      }
      assert.equal(all(), before);
      const { agrees, inSync } = await plan({ ...vtn, dbPath });
      assert.deepEqual([agrees, inSync], [true, 18]);
      await deregister({ ...vtn, dbPath, vens: ['Åby', decomposed('Århus')] });
      // A new site of a stored VEN stands under it.
      await load(decomposed(text).replaceAll('Vej', 'Gade'));
      assert.equal((await status({ dbPath })).byVen.length, 2);
    }
  });

  test('a database with both spellings is told of, and every load accounted for', async (t) => {
    const both: TestSite[] = [
      { ven: 'Åby', resourceId: 'one' },
      { ven: decomposed('Åby'), resourceId: 'two' },
      { ven: 'Ry', resourceId: 'é' },
      { ven: 'Ry', resourceId: decomposed('é') },
    ];
    for (const profile of oneInTurn(profileNames)) {
      for (const composes of [false, true]) {
        const simulator = await simulatorFor(t, { dialect: profile });
        const vtn = {
          vtnUrl: composes ? await composing(t, simulator.url) : simulator.url,
          profile,
          bearerToken: 'x',
        };
        const dbPath = pythonDatabase(t, both);
        const told: SpelledTwice[] = [];
        const onSpelledTwice = (names: SpelledTwice) => void told.push(names);
        const { loads } = await register({ ...vtn, dbPath, scope: { vens: ['Åby', 'Ry'] }, onSpelledTwice });
        assert.deepEqual([loads.total, loads.registered + loads.failed], [24, 24]);
        if (!composes) assert.equal(loads.failed, 0);
        const again = (await register({ ...vtn, dbPath })).loads;
        assert.deepEqual(
          [again.alreadyRegistered, again.registered + again.failed],
          [loads.registered, loads.failed],
        );
        assert.equal(
          readLoads(dbPath).filter((load) => load.vtn_resource_id).length,
          loads.registered + again.registered,
        );
        await plan({ ...vtn, dbPath, onSpelledTwice });
        await status({ dbPath, onSpelledTwice });
        const names = { vens: [[decomposed('Åby'), 'Åby']], resourceIds: [[decomposed('é'), 'é']] };
        assert.deepEqual(told, [names, names, names]);
        // No two loads have one resource.
        const ids = readLoads(dbPath).flatMap((load) => load.vtn_resource_id ?? []);
        assert.equal(new Set(ids).size, ids.length);
        assert.equal(ids.length, loads.registered + again.registered, `${profile} ${composes}`);
      }
    }
  });
});
