import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rememberEvent } from '../../../src/events/remember/remember-event.ts';
import type { GridEvent } from '../../../src/fleet/grid-event.ts';
import type { StoredEvent } from '../../../src/store/event-store.ts';
import { event, from, hours, interval, noTime, now, payload, period } from '../timeline/examples.ts';

interface Known {
  readonly stored: StoredEvent;
  readonly event: GridEvent | undefined;
}

const simple = (level: number) => interval(0, null, payload('SIMPLE', level));
const lastsAnHour = period({ start: now, duration: hours(1) });
const first = event({ period: lastsAnHour, intervals: [simple(1)] });

function receive(
  what: GridEvent | { readonly problem: string },
  atMs: number,
  before?: Known,
  seenBy: readonly string[] | null = null,
) {
  const isSound = !('problem' in what);
  const received = {
    id: 'event-1',
    body: JSON.stringify(what),
    event: isSound ? what : undefined,
    problem: isSound ? null : what.problem,
  };
  const reception = { received, seenBy, atMs, by: 'poll' as const };
  const after = rememberEvent(reception, before?.stored, before?.event, () => `seed ${atMs}`);
  const [note] = after?.notes ?? [];
  return { after: after && { stored: after.event, event: received.event }, what: note?.what };
}

function known(what: GridEvent | { readonly problem: string }, atMs = 1_000, before?: Known): Known {
  const { after } = receive(what, atMs, before);
  assert.ok(after);
  return after;
}

test('a new event is received, its "now" is when it was', () => {
  const { after, what } = receive(first, 1_000);
  assert.equal(what, 'received');
  assert.equal(after?.stored.state, 'current');
  assert.equal(after?.stored.version, 1);
  assert.equal(after?.stored.anchorMs, 1_000);
  assert.equal(after?.stored.seed, 'seed 1000');
});

test('the same again is nothing, but who sees it is kept up', () => {
  const before = known(first);
  assert.equal(receive(first, 2_000, before).after, undefined);
  const { after, what } = receive(first, 2_000, before, ['Aalborg']);
  assert.deepEqual(after?.stored, { ...before.stored, seenBy: ['Aalborg'] });
  assert.equal(what, undefined);
});

test('readings that the VTN adds make no new version', () => {
  const before = known(first);
  const withReading = interval(0, null, payload('SIMPLE', 1), payload('POWER_LIMIT_READING', 5));
  const { after, what } = receive({ ...first, intervals: [withReading] }, 2_000, before);
  assert.equal(what, 'annotated');
  assert.ok(after);
  const { version, anchorMs, receivedMs, seed } = after.stored;
  assert.deepEqual([version, anchorMs, receivedMs, seed], [1, 1_000, 1_000, 'seed 1000']);
});

test('another level is a new version with the same "now"; another time has a new one', () => {
  const before = known(first);
  const level = receive({ ...first, intervals: [simple(2)] }, 2_000, before);
  assert.equal(level.what, 'changed');
  assert.equal(level.after?.stored.version, 2);
  assert.equal(level.after?.stored.anchorMs, 1_000);
  assert.equal(level.after?.stored.receivedMs, 2_000);
  const time = receive({ ...first, period: period({ start: now, duration: hours(2) }) }, 3_000, level.after);
  assert.equal(time.after?.stored.version, 3);
  assert.equal(time.after?.stored.anchorMs, 3_000);
  assert.equal(time.after?.stored.seed, 'seed 1000');
});

test('"now" for no time cancels, once, and says no more while that stays', () => {
  const before = known(first);
  const cancel = { ...first, period: period({ start: now, duration: noTime }) };
  const { after, what } = receive(cancel, 2_000, before);
  assert.equal(what, 'cancelled');
  assert.equal(after?.stored.state, 'cancelled');
  assert.equal(receive(cancel, 3_000, after).after, undefined);
  const back = receive(first, 4_000, after);
  assert.equal(back.what, 'returned');
  assert.equal(back.after?.stored.state, 'current');
  assert.equal(back.after?.stored.anchorMs, 4_000);
});

test('what had vanished or was deleted returns when it is seen again, unchanged', () => {
  for (const state of ['vanished', 'cancelled'] as const) {
    const before = known(first);
    const gone = { ...before, stored: { ...before.stored, state } };
    const { after, what } = receive(first, 2_000, gone);
    assert.equal(what, 'returned', state);
    assert.equal(after?.stored.state, 'current');
    assert.equal(after?.stored.version, 1);
    assert.equal(after?.stored.anchorMs, 1_000);
  }
});

test('what is over stays so while it asks the same, and not once it asks something else', () => {
  const before = known(first);
  const over = { ...before, stored: { ...before.stored, state: 'over' as const } };
  assert.equal(receive(first, 2_000, over).after, undefined);
  assert.equal(receive({ ...first, name: 'renamed' }, 2_000, over).after?.stored.state, 'over');
  const later = { ...first, period: period({ start: from(9_000), duration: hours(1) }) };
  assert.equal(receive(later, 2_000, over).after?.stored.state, 'current');
});

test('what cannot be read is kept with its reason, said once, and mended by a version that can', () => {
  const bad = receive({ problem: 'its intervals are no list' }, 1_000);
  assert.equal(bad.what, 'unsound');
  assert.equal(bad.after?.stored.problem, 'its intervals are no list');
  assert.equal(receive({ problem: 'its intervals are no list' }, 2_000, bad.after).after, undefined);
  const mended = receive(first, 3_000, bad.after);
  assert.equal(mended.what, 'changed');
  assert.equal(mended.after?.stored.problem, null);
  assert.equal(mended.after?.stored.version, 2);
});
