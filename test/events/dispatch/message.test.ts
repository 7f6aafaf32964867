import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { dispatchMessage } from '../../../src/events/dispatch/message.ts';
import { codeBlocks } from '../../docs/code-blocks.ts';
import { dispatches, dueMs } from './dispatches.ts';

const [seventh] = dispatches(1, 6);
assert.ok(seventh);

test('a dispatch says what docs/dispatch.md shows', () => {
  const [example] = codeBlocks('docs/dispatch.md').filter(({ language }) => language === 'json');
  const message = dispatchMessage(seventh, dueMs + 2_500);
  // As texts, so that the order of the fields is the same too.
  assert.equal(message, JSON.stringify(JSON.parse(example?.code ?? '')));
});

test('only what is later than the tolerance is called late', () => {
  const lateMs = (...args: [number, number?]) =>
    JSON.parse(dispatchMessage(seventh, dueMs + args[0], args[1])).lateMs;
  assert.equal(lateMs(1_000), undefined);
  assert.equal(lateMs(1_001), 1_001);
  assert.equal(lateMs(-50), undefined);
  assert.equal(lateMs(300, 250), 300);
});

test('nothing asked is an empty list, and no end is null', () => {
  const free = { ...seventh, instruction: { setpoints: [] }, untilMs: null };
  const { setpoints, until } = JSON.parse(dispatchMessage(free, dueMs));
  assert.deepEqual({ setpoints, until }, { setpoints: [], until: null });
});

test('names with quotes, and times that no date has, are told nevertheless', () => {
  const load = { ...seventh.load, venName: 'Å "x"\n', siteId: '\ud800' };
  const message = dispatchMessage({ ...seventh, load, untilMs: Number.MAX_VALUE }, dueMs);
  const { ven, site, until } = JSON.parse(message);
  assert.deepEqual(
    { ven, site, until },
    { ven: load.venName, site: load.siteId, until: '+275760-09-13T00:00:00.000Z' },
  );
});

test('what is asked of many loads is made a text once', () => {
  let read = 0;
  const instruction = {
    get setpoints() {
      read++;
      return [];
    },
  };
  for (const dispatch of dispatches(100, 0, { instruction })) dispatchMessage(dispatch, dueMs);
  assert.equal(read, 1);
});

test("the check of a webhook's signature in docs/dispatch.md works", async () => {
  const [example] = codeBlocks('docs/dispatch.md').filter(({ language }) => language === 'js');
  const { isGenuine } = await import(`data:text/javascript,${encodeURIComponent(example?.code ?? '')}`);
  const v1 = createHmac('sha256', 'secret').update('1000.{"a":1}').digest('hex');
  assert.equal(isGenuine(`t=1000,v1=${v1}`, '{"a":1}', 'secret', 1_100), true);
  assert.equal(isGenuine(`t=1000,v1=${v1}`, '{"a":2}', 'secret', 1_100), false);
  assert.equal(isGenuine(`t=1000,v1=${v1}`, '{"a":1}', 'secret', 2_000), false);
});
