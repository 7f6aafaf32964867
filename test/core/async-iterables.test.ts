import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ahead } from '../../src/core/async-iterables.ts';

/** A source that counts how many items were asked of it, and gives each when it is told to. */
function source(count: number) {
  const seen = { asked: 0, returned: false };
  const gates: (() => void)[] = [];
  async function* items() {
    try {
      for (let n = 0; n < count; n++) {
        seen.asked++;
        await new Promise<void>((resolve) => gates.push(resolve));
        yield n;
      }
    } finally {
      seen.returned = true;
    }
  }
  const give = async () => {
    gates.shift()?.();
    await turn();
  };
  return { seen, give, items: items() };
}

test('all items, in their order', async () => {
  async function* numbers() {
    for (let n = 0; n < 20; n++) {
      if (n % 3 === 0) await turn();
      yield n;
    }
  }
  const got = [];
  for await (const n of ahead(numbers(), 3)) got.push(n);
  assert.deepEqual(
    got,
    Array.from({ length: 20 }, (_, n) => n),
  );
});

test('the next item is fetched while one is used, and more only for those who had to wait', async () => {
  const { seen, give, items } = source(10);
  const taking = ahead(items, 3);
  let first = taking.next();
  await give();
  assert.equal((await first).value, 0);
  await turn();
  assert.equal(seen.asked, 2, 'the second is on its way');
  await give();
  // The second is there: one more at a time is enough.
  assert.equal((await taking.next()).value, 1);
  await turn();
  assert.equal(seen.asked, 3);
  // The third is not: from now on two are fetched beforehand.
  first = taking.next();
  await give();
  assert.equal((await first).value, 2);
  await give();
  assert.equal(seen.asked, 5);
});

test('whoever leaves early waits for what is under way, and the source is closed', async () => {
  const { seen, give, items } = source(10);
  const taking = ahead(items, 2);
  const first = taking.next();
  await give();
  await first;
  const leaving = taking.return(undefined);
  await give();
  await leaving;
  assert.equal(seen.returned, true);
});

test('an error of the source comes to whoever asks', async () => {
  async function* broken() {
    yield 1;
    throw new Error('no more');
  }
  const taking = ahead(broken(), 2);
  assert.equal((await taking.next()).value, 1);
  await assert.rejects(taking.next(), /no more/);
});
