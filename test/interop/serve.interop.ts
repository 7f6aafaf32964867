/** `venfleet serve`, as a process, on the real OpenLEADR of both generations: see docs/interop.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment, program, startProgram } from '../cli/terminal.ts';
import { assertOneToOne, registrationAt } from './fleet.ts';
import { clientIdOf, forgetOtherTowns, loadsWhere, post } from './following.ts';
import { callOk } from './http.ts';
import { dbPath, onEachOpenLeadr, vtn } from './suite.ts';

/** Starts `serve` on the database of this test; resolves with where its page is. */
async function serve(t: TestContext, sink: string) {
  const { vtnUrl, profile = '', credentials } = registrationAt(vtn);
  const args = ['serve', '--db', dbPath, '--vtn-url', vtnUrl, '--profile', profile, '--port', '0'];
  const of31 = vtn.generation === '3.1' ? ['--client-id-template', clientIdOf('{ven}')] : [];
  const running = startProgram(
    process.execPath,
    [program, ...args, ...of31, '--poll', '1', '--sink', sink, '--reconcile-every', '2'],
    {
      cwd: dirname(dbPath),
      env: {
        ...cleanEnvironment(),
        VENFLEET_CLIENT_ID: credentials?.clientId,
        VENFLEET_CLIENT_SECRET: credentials?.clientSecret,
      },
    },
  );
  t.after(() => running.child.kill('SIGKILL'));
  const [, page = ''] = await running.until('stdout', /^Page: (\S+)$/m);
  return { running, page };
}

/** Asks until it is so; the program that is asked has two minutes to live (`startProgram`). */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await delay(200);
}

function served() {
  test('registers the fleet, brings events to loads, compares, and ends cleanly', async (t) => {
    forgetOtherTowns();
    const sink = join(dirname(dbPath), `told-${vtn.generation}.ndjson`);
    const { running, page } = await serve(t, sink);
    const ask = (path: string) => callOk(`${page}/api/v1/${path}`);
    await until(async () => (await ask('overview')).loads.registered === 588);
    await assertOneToOne(dbPath, vtn);

    const told = () => {
      try {
        return readFileSync(sink, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
      } catch {
        // Not there yet, or in the middle of a line.
        return [];
      }
    };
    const { id } = await post({ kind: 'create' }, 2, [['GROUP', 'load_1']]);
    await until(() => told().length >= 98);
    await post({ kind: 'cancel', id }, 2, []);
    await until(() => told().length >= 196);
    const heaters = loadsWhere("load_component = 'load_1'");
    for (const some of [told().slice(0, 98), told().slice(98)])
      assert.deepEqual(some.map(({ load }) => load).sort(), heaters);
    assert.ok(told().every(({ setpoints }, n) => setpoints.length > 0 === n < 98));

    const compared = async () => {
      const { runs } = await ask('runs');
      return runs.find(
        ({ command, state }: Record<string, string>) => command === 'plan' && state === 'succeeded',
      );
    };
    await until(async () => (await compared()) !== undefined);
    assert.equal((await fetch(`${page}/readyz`)).status, 200);
    assert.match(await (await fetch(`${page}/metrics`)).text(), /^venfleet_vtn_up 1$/m);
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    assert.deepEqual([code, stderr], [0, '']);
  });
}

await onEachOpenLeadr(
  async () => undefined,
  () => describe('venfleet serve', served),
);
