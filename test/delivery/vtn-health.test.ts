import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/core/clock.ts';
import { VenfleetError } from '../../src/core/errors.ts';
import { silenceError, takesNothing, type Waiter, whyGiveUp } from '../../src/delivery/give-up.ts';
import { createVtnHealth } from '../../src/delivery/vtn-health.ts';
import { createTestClock } from '../support/test-clock.ts';

const url = 'http://vtn';

/** A VTN's health, asked after each exchange, as a job does that sends to it. */
function createHealth(
  transport: Waiter['transport'],
  clock: Clock,
  whenDown: Waiter['whenDown'] = 'give-up',
) {
  const health = createVtnHealth(clock);
  const waiter: Waiter = { transport, startedAt: clock.monotonic(), whenDown };
  const throwIfPointless = () => {
    const error = whyGiveUp(health, waiter, clock.monotonic());
    if (error) throw error;
  };
  return {
    health,
    answered(status: number, reason: string) {
      health.answered(status, reason);
      throwIfPointless();
    },
    unanswered(error: VenfleetError) {
      health.unanswered(error);
      throwIfPointless();
    },
    takesNothing: () => takesNothing(health),
    verdict: () => silenceError(health, waiter),
  };
}

const lost = (problem: string) => new VenfleetError('VTN_NO_ANSWER', { url, problem });

test('a VTN that never answered is given up after two seconds of failures', async () => {
  const clock = createTestClock();
  const health = createHealth({ url }, clock);
  for (let i = 0; i < 50; i++) health.unanswered(lost('connection refused'));
  await clock.advance(2_000);
  assert.throws(() => health.unanswered(lost('connection refused')), { code: 'VTN_UNREACHABLE' });
});

test('a VTN that answered before is given up after 15 seconds of silence, not sooner', async () => {
  const clock = createTestClock();
  const health = createHealth({ url }, clock);
  health.answered(201, '');
  for (let i = 0; i < 14; i++) {
    health.unanswered(lost('reset'));
    await clock.advance(1_000);
  }
  health.unanswered(lost('reset'));
  await clock.advance(1_000);
  assert.throws(() => health.unanswered(lost('reset')), { code: 'VTN_LOST' });
});

test('an answer in between begins the count anew', async () => {
  const clock = createTestClock();
  const health = createHealth({ url }, clock);
  for (let i = 0; i < 40; i++) {
    health.unanswered(lost('reset'));
    await clock.advance(5_000);
    if (i % 3 === 0) health.answered(500, 'HTTP 500');
  }
});

test('a 401 ends the run at once, 403s only when there is nothing else', () => {
  const health = createHealth({ url }, createTestClock());
  assert.throws(() => health.answered(401, 'HTTP 401: expired'), { code: 'VTN_TOKEN_REFUSED' });
  for (let i = 0; i < 19; i++) health.answered(403, 'HTTP 403');
  health.answered(201, '');
  for (let i = 0; i < 19; i++) health.answered(403, 'HTTP 403');
  assert.throws(() => health.answered(403, 'HTTP 403'), { code: 'VTN_TOKEN_REFUSED' });
});

test('a VTN that takes nothing for three minutes is given up, one that takes something in between is not', async () => {
  for (const status of [429, 502, 503, 504]) {
    const clock = createTestClock();
    const health = createHealth({ url }, clock);
    for (let i = 0; i < 50; i++) health.answered(status, `HTTP ${status}`);
    await clock.advance(179_000);
    health.answered(201, '');
    for (let i = 0; i < 50; i++) health.answered(status, `HTTP ${status}`);
    await clock.advance(179_000);
    health.answered(status, `HTTP ${status}`);
    await clock.advance(1_000);
    assert.throws(() => health.answered(status, `HTTP ${status}: drained`), {
      code: 'VTN_BUSY',
      message: `The VTN at ${url} is too busy to answer: HTTP ${status}: drained, and nothing else for 3 minutes.`,
    });
  }
});

test('one that asks to be left alone for minutes is given up after three answers', async () => {
  const clock = createTestClock();
  const health = createHealth({ url }, clock);
  for (let i = 0; i < 2; i++) {
    health.answered(503, 'HTTP 503');
    await clock.advance(120_000);
  }
  assert.throws(() => health.answered(503, 'HTTP 503'), { code: 'VTN_BUSY' });
});

test('twenty answers "not now" in a row, and nothing else, are no one thing\'s failure', () => {
  const health = createHealth({ url }, createTestClock());
  for (let i = 0; i < 19; i++) health.answered(503, 'HTTP 503');
  assert.equal(health.takesNothing(), false);
  health.answered(502, 'HTTP 502');
  assert.equal(health.takesNothing(), true);
  health.answered(500, 'HTTP 500');
  assert.equal(health.takesNothing(), false);
});

test("with credentials of their own, a refused token is one VEN's affair", () => {
  const health = createHealth({ url, ownCredentials: true }, createTestClock());
  for (let i = 0; i < 50; i++) health.answered(i % 2 ? 401 : 403, 'HTTP 401');
});

test('a token endpoint that gives no token is told as what it is, before and after the VTN answered', async () => {
  const noToken = new VenfleetError('OAUTH_UNAVAILABLE', { url: 'http://auth/token', problem: 'status 503' });
  for (const answered of [false, true]) {
    const clock = createTestClock();
    const health = createHealth({ url }, clock);
    if (answered) health.answered(200, '');
    for (let i = 0; i < 3; i++) health.unanswered(noToken);
    await clock.advance(15_000);
    assert.throws(() => health.unanswered(noToken), noToken);
    assert.equal(health.verdict(), noToken);
  }
});

test('answers that are too large are no silence: the VTN is there', async () => {
  const clock = createTestClock();
  const tooLarge = new VenfleetError(
    'VTN_NO_ANSWER',
    { url, problem: 'larger' },
    { suspicion: 'answer-too-large' },
  );
  for (const before of [undefined, 200]) {
    const health = createHealth({ url }, clock);
    if (before !== undefined) health.answered(before, '');
    for (let i = 0; i < 3; i++) health.unanswered(tooLarge);
    await clock.advance(15_000);
    assert.throws(() => health.unanswered(tooLarge), { code: 'VTN_TOO_LARGE', message: /too large: larger/ });
  }
});

test('who waits is not told to give up a VTN that is silent or busy, but where the token is refused', async () => {
  const clock = createTestClock();
  const health = createHealth({ url }, clock, 'wait');
  for (let hours = 0; hours < 48; hours++) {
    for (let i = 0; i < 30; i++) health.unanswered(lost('refused'));
    await clock.advance(3_600_000);
    for (let i = 0; i < 30; i++) health.answered(503, 'HTTP 503');
    await clock.advance(3_600_000);
  }
  assert.throws(() => health.answered(401, 'HTTP 401'), { code: 'VTN_TOKEN_REFUSED' });
});

test('what a job did not see itself is no reason for it to give up', async () => {
  const clock = createTestClock();
  const { health, ...first } = createHealth({ url }, clock);
  for (let i = 0; i < 3; i++) first.unanswered(lost('refused'));
  await clock.advance(60_000);
  const waiter: Waiter = { transport: { url }, startedAt: clock.monotonic(), whenDown: 'give-up' };
  health.unanswered(lost('refused'));
  assert.equal(whyGiveUp(health, waiter, clock.monotonic()), undefined);
  await clock.advance(2_000);
  assert.equal(whyGiveUp(health, waiter, clock.monotonic())?.code, 'VTN_UNREACHABLE');
});
