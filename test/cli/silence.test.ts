import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { json, scriptedServer } from '../openadr/scripted-server.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminal } from './terminal.ts';

describe('what is long under way', { concurrency: 2 }, () => {
  test('tells a pipe how far it is, also within one VEN', async (t) => {
    const { run } = terminal(t);
    const simulator = await simulatorFor(t, { latencyMs: 500 });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
    const ended = await run(
      ...['register', '--db', db, '--vtn-url', simulator.url, '--token', 'x', '--concurrency', '1'],
    );
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /^ {2}… \d+ of 12 loads done \(VEN 1\/1\)$/m);
  });

  test('says at Ctrl-C what a plan came to, though the VTN is silent', async (t) => {
    const { start } = terminal(t);
    const ended = async (command: string, silentTo: RegExp, ...args: string[]) => {
      const vtn = await silentVtn(t, silentTo);
      const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
      const running = start({}, command, '--db', db, '--vtn-url', vtn.url, '--token', 'x', ...args);
      await vtn.asked;
      running.child.kill('SIGINT');
      const { code, stderr } = await running.ended;
      assert.ok(vtn.requests.every(({ method }) => method === 'GET'));
      return [code, stderr];
    };
    const line = (untouched: string) => `venfleet: interrupted with 0 resources listed; ${untouched}\n`;
    const nothing = [130, line('nothing was changed')];
    const nothingThere = [130, line('nothing was changed on the VTN')];
    const listing = /^\/resources(?!\?limit=1$)/;
    const ven = ['--ven', 'Aalborg'];
    assert.deepEqual(await ended('plan', listing), nothing);
    // While it is asked which version it speaks.
    assert.deepEqual(await ended('verify', /programs/), nothing);
    assert.deepEqual(await ended('deregister', listing, ...ven, '--dry-run'), nothing);
    assert.deepEqual(await ended('deregister', listing, ...ven, '--yes'), nothingThere);
    assert.deepEqual(await ended('apply', listing, '--yes'), nothingThere);
  });
});

/** A gateway that holds nothing, and gives no answer to some requests; `asked` resolves with the first of them. */
async function silentVtn(t: TestContext, silentTo: RegExp) {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const vtn = await scriptedServer(t, (response, request) => {
    if (silentTo.test(request.url)) return resolve();
    return json(request.url.startsWith('/resources') ? 200 : 404, [])(response, request);
  });
  return { ...vtn, asked };
}
