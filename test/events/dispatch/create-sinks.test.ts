import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { VenfleetError } from '../../../src/core/errors.ts';
import { createSinks, type SinkOptions } from '../../../src/events/dispatch/create-sinks.ts';

const broker = 'mqtt://127.0.0.1:1';

const refused: [string, SinkOptions[], RegExp][] = [
  [
    'a broker without scheme',
    [{ kind: 'mqtt', url: 'broker' }],
    /handed to mqtt: its address cannot be read/,
  ],
  ['a password in an address', [{ kind: 'mqtt', url: 'mqtt://a:hunter22@b' }], /must not carry credentials/],
  ['a topic that loads share', [{ kind: 'mqtt', url: broker, topic: 'a/{ven}' }], /would share/],
  [
    'certificates that are none',
    [{ kind: 'mqtt', url: 'mqtts://b', tls: { ca: 'x' } }],
    /no PEM certificate/,
  ],
  ['a folder', [{ kind: 'file', path: tmpdir() }], /it is no file/],
  ['a file in a folder that is not there', [{ kind: 'file', path: '/nowhere/x' }], /ENOENT/],
  ['no path', [{ kind: 'file', path: '' }], /no path/],
  ['a web address with a query', [{ kind: 'webhook', url: 'https://b/?key=hunter22', secret: 's' }], /query/],
  ['no secret', [{ kind: 'webhook', url: 'https://b', secret: '' }], /secret .* is empty/],
  [
    'two of one name',
    [
      { kind: 'file', path: '-' },
      { kind: 'file', path: '-' },
    ],
    /name of its own/,
  ],
  [
    'two with one file',
    [
      { kind: 'file', path: '-' },
      { kind: 'file', name: 'other', path: '-' },
    ],
    /handed to other: another one writes/,
  ],
];
for (const [what, options, reason] of refused) {
  test(`${what} is refused`, async () => {
    await assert.rejects(
      createSinks([{ kind: 'mqtt', name: 'first', url: broker }, ...options]),
      (error) =>
        error instanceof VenfleetError &&
        error.code === 'EVENT_SINK' &&
        reason.test(error.message) &&
        !error.message.includes('hunter22'),
    );
  });
}

test('several sinks, each by its name, and what becomes of their connections', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-sinks-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const lost = Promise.withResolvers<string>();
  const sinks = await createSinks(
    [
      { kind: 'mqtt', url: broker },
      { kind: 'file', path: join(folder, 'x') },
      { kind: 'file', name: 'stdout', path: '-' },
      { kind: 'webhook', url: 'https://b', secret: 's' },
    ],
    { onState: (sink, problem) => lost.resolve(`${sink}: ${problem}`) },
  );
  assert.deepEqual(
    sinks.map(({ name }) => name),
    ['mqtt', 'file', 'stdout', 'webhook'],
  );
  assert.match(await lost.promise, /^mqtt: .*ECONNREFUSED/);
  await Promise.all(sinks.map((sink) => sink.close()));
});
