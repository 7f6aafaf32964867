import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { samples31 } from './samples.ts';
import { json, scriptedServer } from './scripted-server.ts';

test('the example of docs/openadr-client.md runs as it stands', async (t) => {
  const document = readFileSync(new URL('../../docs/openadr-client.md', import.meta.url), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(document)?.[1];
  assert.ok(example !== undefined, 'the document has an example');

  const folder = mkdtempSync(join(tmpdir(), 'venfleet-example-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'example.mts');
  const library = new URL('../../src/openadr/index.ts', import.meta.url).href;
  writeFileSync(file, example.replace('venfleet/openadr', library));

  const server = await scriptedServer(t, [
    json(404, {}),
    json(200, { access_token: 'a-token', token_type: 'Bearer' }),
    json(409, { title: '409 Conflict', detail: 'Aalborg is there already' }),
    json(200, [samples31.resources]),
    json(200, []),
  ]);
  const env = { ...process.env, VTN_URL: server.url, CLIENT_ID: 'fleet', CLIENT_SECRET: 'hush' };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
  assert.equal(
    stdout,
    "not created: Aalborg is there already\nHotel ABC [ '707057500504404881', 'hotels' ]\n",
  );
  assert.deepEqual(
    server.requests.map(({ method, url }) => `${method} ${url}`),
    [
      'GET /auth/server',
      'POST /auth/token',
      'POST /vens',
      'GET /resources?venID=ven-1&skip=0&limit=50',
      'GET /resources?venID=ven-1&skip=1&limit=50',
    ],
  );
});
