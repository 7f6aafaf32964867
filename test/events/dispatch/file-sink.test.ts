import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { createFileSink, createStreamSink } from '../../../src/events/dispatch/file-sink.ts';
import { dispatches, dueMs } from './dispatches.ts';

const never = new AbortController().signal;

function fileSink(t: TestContext, content?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-sink-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'dispatches.ndjson');
  if (content !== undefined) writeFileSync(path, content);
  const sink = createFileSink({ name: 'file', path });
  t.after(sink.close);
  return { sink, path, ids: () => idsOf(path) };
}

/** Throws where a line is no JSON. */
function idsOf(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  assert.equal(lines.pop(), '', 'the last line ends');
  return lines.map((line) => JSON.parse(line).dispatch);
}

test('dispatches are appended, one a line, batch after batch', async (t) => {
  const { sink, ids } = fileSink(t);
  const results = await Promise.all([
    sink.handOver(dispatches(100), dueMs, never),
    sink.handOver(dispatches(100, 100), dueMs, never),
  ]);
  assert.deepEqual(
    results.map(({ failed }) => failed.size),
    [0, 0],
  );
  assert.deepEqual(
    ids(),
    dispatches(200).map(({ id }) => id),
  );
});

test('a process that is killed in the middle of a batch leaves a file that is mended, and knows what arrived', async (t) => {
  const { path, sink } = fileSink(t);
  const script = `
    import { createFileSink } from '${import.meta.resolve('../../../src/events/dispatch/file-sink.ts')}';
    import { dispatches, dueMs } from '${import.meta.resolve('./dispatches.ts')}';
    const sink = createFileSink({ name: 'file', path: ${JSON.stringify(path)} });
    const signal = new AbortController().signal;
    for (let first = 0; ; first += 2_000) {
      await sink.handOver(dispatches(2_000, first), dueMs, signal);
      console.log(first);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  // The kill hits between two writes as likely as within one: half a line is left in any case.
  const { size } = statSync(path);
  truncateSync(path, size - 5);
  const whole = readFileSync(path, 'utf8').split('\n').length - 1;
  const arrived = await sink.whichArrived(dispatches(1_500, whole - 1_000), never);
  assert.deepEqual(arrived, new Set(dispatches(1_000, whole - 1_000).map(({ id }) => id)));
  await sink.handOver(dispatches(1, whole), dueMs, never);
  assert.deepEqual(
    idsOf(path),
    dispatches(whole + 1).map(({ id }) => id),
  );
});

const ends: [string, string, string][] = [
  ['half a line of ours', '{"dispatch":"a","load":"b', ''],
  ['the beginning of a line of ours', '{"disp', ''],
  ['a whole line without its end', '{"dispatch":"a"}', '{"dispatch":"a"}\n'],
  ["another's text", 'hello', 'hello\n'],
];
for (const [what, content, mended] of ends) {
  test(`${what} at the end of the file is mended`, async (t) => {
    const { sink, path } = fileSink(t, `{"x":1}\n${content}`);
    await sink.handOver(dispatches(1), dueMs, never);
    const text = readFileSync(path, 'utf8');
    assert.ok(text.startsWith(`{"x":1}\n${mended}{"dispatch":"d-0"`), text);
  });
}

test('a file that was moved away is left alone, and a new one begun', async (t) => {
  const { sink, path, ids } = fileSink(t);
  await sink.handOver(dispatches(1), dueMs, never);
  renameSync(path, `${path}.1`);
  await sink.handOver(dispatches(1, 1), dueMs, never);
  assert.deepEqual([idsOf(`${path}.1`), ids()], [['d-0'], ['d-1']]);
  // As those who rotate files do it: the new one is there already.
  renameSync(path, `${path}.2`);
  writeFileSync(path, '');
  await sink.handOver(dispatches(1, 2), dueMs, never);
  assert.deepEqual([idsOf(`${path}.2`), ids()], [['d-1'], ['d-2']]);
});

test('a file that cannot be opened fails the batch with the reason, and is tried again', async (t) => {
  const { sink, path, ids } = fileSink(t);
  const folder = join(path, '..');
  renameSync(folder, `${folder}-away`);
  const { failed } = await sink.handOver(dispatches(2), dueMs, never);
  assert.equal(failed.size, 2);
  assert.match(String(failed.get('d-1')), /ENOENT/);
  renameSync(`${folder}-away`, folder);
  assert.equal((await sink.handOver(dispatches(2), dueMs, never)).failed.size, 0);
  assert.deepEqual(ids(), ['d-0', 'd-1']);
});

test('a disk that is full fails the batch, and leaves no half of it', async () => {
  const sink = (() => {
    try {
      return createFileSink({ name: 'file', path: '/dev/full' });
    } catch (error) {
      return error;
    }
  })();
  // A device is refused: it can be neither synced nor read back.
  assert.match(String(sink), /it is no file/);
});

test('a file is read back no further than to what was sent before the first was due', async (t) => {
  const { sink, path } = fileSink(t);
  await sink.handOver(dispatches(1), dueMs - 3_600_000, never);
  // More than is read at a time, so that the end lies in another portion.
  await sink.handOver(dispatches(3_000, 10), dueMs - 1_800_000, never);
  await sink.handOver(dispatches(1, 5), dueMs, never);
  appendFileSync(path, 'not json\n');
  const arrived = await sink.whichArrived([...dispatches(1), ...dispatches(1, 5)], never);
  assert.deepEqual(arrived, new Set(['d-5']));
});

test('standard output whose reader is gone fails with the reason', async () => {
  const written: string[] = [];
  let isGone = false;
  const output = new Writable({
    write(chunk, _, done) {
      if (isGone) return done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      written.push(String(chunk));
      done();
    },
  });
  const sink = createStreamSink({ name: 'file' }, output);
  assert.equal((await sink.handOver(dispatches(2), dueMs, never)).failed.size, 0);
  assert.equal(written.join('').split('\n').length, 3);
  isGone = true;
  assert.match(String((await sink.handOver(dispatches(2), dueMs, never)).failed.get('d-1')), /EPIPE/);
  assert.match(String((await sink.handOver(dispatches(2), dueMs, never)).failed.get('d-0')), /EPIPE/);
  assert.equal((await sink.whichArrived(dispatches(2), never)).size, 0);
  await sink.close();
});
