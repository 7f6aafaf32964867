import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { VenfleetError } from '../../src/core/errors.ts';
import { createThread } from '../../src/core/thread.ts';
import type { Calculator } from './threads/calculator.ts';

function calculator(t: TestContext, options: { beginsAgain?: boolean } = {}) {
  const thread = createThread<Calculator>({
    module: new URL('./threads/calculator', import.meta.url),
    data: 10,
    ...options,
    ended: () => new VenfleetError('DB_FAILED', { path: 'a.db', problem: 'the thread has ended' }),
  });
  t.after(() => thread.close());
  return thread;
}

test('calls are carried out one after the other, in their order; what they need is opened once', async (t) => {
  const thread = calculator(t);
  const results = await Promise.all([
    thread.call('add', 20, 1),
    thread.call('add', 0, 2),
    thread.call('add', 5, 3),
  ]);
  assert.deepEqual(results, [
    { total: 11, opens: 1 },
    { total: 13, opens: 1 },
    { total: 16, opens: 1 },
  ]);
});

test('what is thrown in the thread arrives: a VenfleetError as one, others as they are told', async (t) => {
  const thread = calculator(t);
  await assert.rejects(thread.call('complain'), (error) => {
    assert.ok(error instanceof VenfleetError);
    const { code, details, suspicion } = error;
    assert.deepEqual(
      [code, details.problem, suspicion],
      ['DB_LOCKED', 'somebody has it', 'answer-too-large'],
    );
    return true;
  });
  await assert.rejects(thread.call('fail'), /told: odd/);
  assert.equal((await thread.call('add', 0, 1)).total, 11);
});

test('what a thread hands over is not copied: it has it no more', async (t) => {
  const thread = calculator(t);
  assert.deepEqual(await thread.call('bytes', 3), new Uint8Array([7, 7, 7]));
  assert.equal(await thread.call('lengthOfLast'), 0);
});

test('a thread that ends by itself fails those who wait, and those who come later', async (t) => {
  const thread = calculator(t);
  const waiting = [thread.call('die'), thread.call('add', 0, 1)];
  for (const call of waiting) await assert.rejects(call, { code: 'DB_FAILED' });
  await assert.rejects(thread.call('add', 0, 1), { code: 'DB_FAILED' });
});

test('where it begins again, those who wait when it ends fail, and the next call is carried out', async (t) => {
  const thread = calculator(t, { beginsAgain: true });
  for (let at = 0; at < 2; at++) {
    const waiting = [thread.call('die'), thread.call('add', 0, 1)];
    for (const call of waiting) await assert.rejects(call, { code: 'DB_FAILED' });
    assert.deepEqual(await thread.call('add', 0, 1), { total: 11, opens: 1 });
  }
  await thread.close();
  await assert.rejects(thread.call('add', 0, 1), { code: 'DB_FAILED' });
});

test('closing waits for the calls so far, and takes no more; without any, nothing is begun', async (t) => {
  const thread = calculator(t);
  const call = thread.call('add', 30, 5);
  const closing = thread.close();
  await assert.rejects(thread.call('add', 0, 1), { code: 'DB_FAILED' });
  await closing;
  assert.equal((await call).total, 15);
  const idle = calculator(t);
  await idle.close();
});

test('a thread that is told to start begins at once, and is the one that is called; closing ends it without a call, too', async (t) => {
  const thread = calculator(t);
  const begun: Worker[] = [];
  const note = (worker: Worker) => void begun.push(worker);
  process.on('worker', note);
  t.after(() => process.off('worker', note));
  thread.start();
  thread.start();
  await setImmediate();
  assert.equal(begun.length, 1);
  assert.equal((await thread.call('add', 0, 1)).total, 11);
  await thread.close();
  thread.start();
  await setImmediate();
  assert.equal(begun.length, 1);
  const idle = calculator(t);
  idle.start();
  await idle.close();
});

test('why a thread could not begin is told to whoever calls it later', async () => {
  const thread = createThread<Calculator>({
    module: new URL('./threads/missing', import.meta.url),
    data: 10,
    ended: () => new VenfleetError('DB_FAILED', { path: 'a.db', problem: 'the thread has ended' }),
  });
  const begun = new Promise<Worker>((resolve) => {
    process.once('worker', resolve);
  });
  thread.start();
  const worker = await begun;
  worker.ref();
  await new Promise((resolve) => worker.once('exit', resolve));
  await assert.rejects(thread.call('add', 0, 1), /threads\/missing/);
  await thread.close();
});
