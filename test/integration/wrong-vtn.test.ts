/** What is said where the VTN is another one than the options say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlanOptions, plan } from '../../src/api/plan.ts';
import { register } from '../../src/api/register.ts';
import { json, scriptedServer } from '../openadr/scripted-server.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

const bearerToken = 'x';
const versions = ['openadr-3.0', 'openadr-3.1'] as const;

for (const isEmpty of [true, false]) {
  const held = isEmpty ? 'without' : 'with';
  for (const version of versions) {
    test(`a ${version} VTN ${held} resources is not planned on as a gateway`, async (t) => {
      const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
      const simulator = await simulatorFor(t, { dialect: version });
      const options = { dbPath, vtnUrl: simulator.url, bearerToken };
      // Another database, since one whose loads are registered says by itself that they are so elsewhere.
      const other = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
      if (!isEmpty) await register({ ...options, dbPath: other, profile: version });
      await assert.rejects(plan({ ...options, profile: 'flex-gateway' }), {
        code: 'VTN_WRONG_ANSWER',
        message: /profile flex-gateway does: it speaks OpenADR/,
      });
    });

    test(`a gateway ${held} resources is not taken for OpenADR, nor for its other version`, async (t) => {
      const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
      const simulator = await simulatorFor(t);
      const options = { dbPath, vtnUrl: simulator.url, bearerToken };
      const other = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
      if (!isEmpty) await register({ ...options, dbPath: other });
      const wrong: PlanOptions = { ...options, profile: version };
      const refused = { code: 'VTN_WRONG_ANSWER', message: new RegExp(`profile ${version} does`) };
      await assert.rejects(
        register({ ...wrong, dbPath: pythonDatabase(t, sitesOf({ Aarhus: 1 })) }),
        refused,
      );
      await assert.rejects(plan(wrong), refused);
    });
  }
}

test('a server that speaks both versions at one address is spoken to as the profile says', async (t) => {
  let created = 0;
  const server = await scriptedServer(t, (response, { method, url, body }) => {
    const path = url.replace(/\?.*/, '');
    const isKnown = /^\/(resources|programs|vens(\/\w+\/resources)?)$/.test(path);
    const answer = !isKnown
      ? json(404, {})
      : method === 'GET'
        ? json(200, path === '/vens' ? [{ id: 'v1', venName: 'Aalborg' }] : [])
        : json(201, { ...JSON.parse(body), id: `r${++created}` });
    return answer(response, { method, url, body, headers: {} });
  });
  for (const profile of versions) {
    const warned: string[] = [];
    const log = {
      debug: () => undefined,
      info: () => undefined,
      error: () => undefined,
      warn: (_: object, text: string) => void warned.push(text),
    };
    const summary = await register({
      dbPath: pythonDatabase(t, sitesOf({ Aalborg: 1 })),
      vtnUrl: server.url,
      profile,
      bearerToken,
      log,
    });
    assert.equal(summary.loads.registered, 6);
    const paths = new Set(
      server.requests.splice(0).flatMap(({ method, url }) => (method === 'POST' ? url : [])),
    );
    assert.ok(paths.has(profile === 'openadr-3.0' ? '/vens/r1/resources' : '/resources'), [...paths].join());
    created = 0;
    assert.deepEqual(warned, profile === 'openadr-3.0' ? ['the VTN speaks the other version too'] : []);
  }
});
