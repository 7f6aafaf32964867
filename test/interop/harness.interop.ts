import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { call } from './http.ts';
import { type OpenLeadr, openLeadrs } from './openleadr.ts';
import { createResource, createVen, poster } from './wire.ts';

for (const candidate of await openLeadrs()) {
  describe(candidate.title, { skip: candidate.skip }, () => {
    let vtn: OpenLeadr;
    before(async () => {
      vtn = await candidate.start();
    });
    after(() => vtn?.stop());

    test('is healthy, and of the generation that it was taken for', async () => {
      assert.equal((await call(`${vtn.url}/health`)).text, 'OK');
      const server = await call(`${vtn.url}/auth/server`);
      if (vtn.generation === '3.0') assert.equal(server.status, 404);
      else assert.deepEqual(server.body, { tokenURL: vtn.tokenUrl });
    });

    test('lets BL create a VEN and a resource', async () => {
      const ven = await createVen(vtn, 'Aalborg', 'aalborg');
      assert.equal(ven.status, 201, ven.text);
      const resource = await createResource(vtn, ven.body.id, 'Hotel ABC - Water Heater');
      assert.equal(resource.status, 201, resource.text);
      assert.equal(resource.body.resourceName, 'Hotel ABC - Water Heater');
      assert.equal(resource.body.venID, ven.body.id);
    });

    test('lets a VEN create its own resource, and no VEN that is not its own', async () => {
      const ven = await createVen(vtn, 'Aarhus', 'aarhus');
      const token = await vtn.token(await vtn.createVenClient('aarhus', ven.body.id));
      const rest = { objectType: 'VEN_RESOURCE_REQUEST' };
      const resource = await createResource(vtn, ven.body.id, 'Hotel DEF', rest, token);
      assert.equal(resource.status, 201, resource.text);
      const other = { objectType: 'VEN_VEN_REQUEST', venName: 'Odense' };
      assert.notEqual((await poster(vtn)('/vens', other, token)).status, 201);
    });

    test('takes a token that the harness signed, until it expires', async () => {
      assert.equal((await vtn.call('/vens', { token: vtn.signToken('bl', 600) })).status, 200);
      assert.equal((await vtn.call('/vens', { token: vtn.signToken('bl', -600) })).status, 403);
    });

    test('is empty after clear, with its clients as before', async () => {
      await vtn.clear();
      assert.deepEqual((await vtn.call('/vens')).body, []);
    });

    test('is gone after stop, with its database', async () => {
      await vtn.stop();
      // Not asked by HTTP: by now another test may have its port.
      await assert.rejects(vtn.sql('SELECT 1'));
    });
  });
}

test('what a killed test leaves behind is removed', async () => {
  const script = `
    import { mkdtempSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { start, tellReaper } from ${JSON.stringify(join(import.meta.dirname, 'processes.ts'))};
    const folder = mkdtempSync(tmpdir() + '/venfleet-reaper-');
    tellReaper('+dir ' + folder);
    const { pid } = start('sleep', ['60'], { cwd: folder, env: { PATH: process.env.PATH }, stopSignal: 'SIGTERM' });
    console.log(JSON.stringify({ folder, pid }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { folder, pid } = JSON.parse(String(line));
  assert.ok(alive(pid) && existsSync(folder));
  child.kill('SIGKILL');
  const until = performance.now() + 10_000;
  while ((alive(pid) || existsSync(folder)) && performance.now() < until) await delay(20);
  assert.ok(!alive(pid), 'the program still runs');
  assert.ok(!existsSync(folder), 'the folder is still there');
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
