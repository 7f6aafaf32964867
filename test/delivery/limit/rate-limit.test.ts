import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { learnedRate } from '../../../src/delivery/limit/learned-rate.ts';
import { cappedRate, type RateLimit } from '../../../src/delivery/limit/rate-limit.ts';

/** Milliseconds; what moves it is the test alone. */
function handClock() {
  const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at, sleep: async () => undefined };
  return clock;
}

interface Sent {
  readonly at: number;
  readonly accepted: boolean;
}

/** Sends whenever the rate lets it, but not during the VTN's pauses, looking every 0.25 ms; answers come at once. */
function send(
  rate: RateLimit,
  clock: ReturnType<typeof handClock>,
  accepts: (at: number) => boolean,
  options: { untilMs: number; pauseMs: number; mostPerLook: number },
): Sent[] {
  const sent: Sent[] = [];
  for (let resumesAt = 0; clock.at < options.untilMs; clock.at += 0.25) {
    for (let left = options.mostPerLook; left > 0 && clock.at >= resumesAt && rate.waitMs() <= 0; left--) {
      rate.take();
      const accepted = accepts(clock.at);
      sent.push({ at: clock.at, accepted });
      if (accepted) rate.accepted();
      else {
        rate.refused(clock.at, options.pauseMs);
        resumesAt = clock.at + options.pauseMs;
      }
    }
  }
  return sent;
}

/** So many requests in each second by the clock, as a VTN may count them. */
function perSecondLimit(most: number): (at: number) => boolean {
  const counts = new Map<number, number>();
  return (at) => {
    const second = Math.floor(at / 1000);
    const count = (counts.get(second) ?? 0) + 1;
    counts.set(second, count);
    return count <= most;
  };
}

const share = (sent: readonly Sent[], from: number) => {
  const late = sent.filter(({ at }) => at >= from);
  return { refused: late.filter(({ accepted }) => !accepted).length / late.length, count: late.length };
};

test('what the VTN takes a second is learned from its refusals, and kept to', () => {
  const clock = handClock();
  const sent = send(learnedRate(clock), clock, perSecondLimit(500), {
    untilMs: 60_000,
    pauseMs: 1_000,
    mostPerLook: 2,
  });
  const { refused, count } = share(sent, 3_000);
  assert.ok(refused < 0.01, `${refused} refused`);
  assert.ok(count >= 0.87 * 500 * 57, `${count} sent in 57 s`);
});

test('what a raised rate was refused at is not taken for what the VTN takes: the next refusal is far', () => {
  for (let phase = 0; phase < 1_000; phase += 50) {
    const clock = handClock();
    const accepts = perSecondLimit(500);
    const sent = send(learnedRate(clock), clock, (at) => accepts(at + phase), {
      untilMs: 30_000,
      pauseMs: 1_000,
      mostPerLook: 2,
    });
    // At the beginning the VTN may be met in the middle of its second.
    const refusals = sent.filter(({ at, accepted }) => !accepted && at > 3_000).map(({ at }) => at);
    assert.equal(refusals.length, 2, `refused at ${refusals.join(', ')} ms`);
    assert.ok(sent.length >= 0.88 * 500 * 30, `${sent.length} sent in 30 s`);
  }
});

test('a VTN that takes nothing for a while is no slower afterwards', () => {
  const clock = handClock();
  const rate = learnedRate(clock);
  const during = (from: number, to: number) => (at: number) => at < from || at >= to;
  const sent = send(rate, clock, during(2_000, 4_000), { untilMs: 8_000, pauseMs: 50, mostPerLook: 1 });
  assert.ok(
    share(sent, 4_000).count >= 0.9 * 4_000 * 4,
    `${share(sent, 4_000).count} sent in the 4 s afterwards`,
  );
});

test('a VTN that takes nothing at first is not taken for a slow one', () => {
  const clock = handClock();
  const sent = send(learnedRate(clock), clock, (at) => at >= 2_000, {
    untilMs: 3_000,
    pauseMs: 0,
    mostPerLook: 1,
  });
  assert.equal(share(sent, 2_000).count, 4_000);
});

test('a cap holds in any second (or, for a broken number, in the time of its whole part), however requests come', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.2, max: 400, noNaN: true }),
      fc.array(fc.double({ min: 0, max: 700, noNaN: true }), { maxLength: 400 }),
      (perSecond, gaps) => {
        const clock = handClock();
        const rate = cappedRate(perSecond, clock);
        const sent: number[] = [];
        for (const gap of gaps) {
          clock.at += gap;
          if (rate.waitMs() > 0) continue;
          rate.take();
          sent.push(clock.at);
        }
        const most = Math.max(1, Math.floor(perSecond));
        const spanMs = (most / perSecond) * 1_000;
        for (const [n, at] of sent.entries()) {
          const inSpan = sent.slice(n).filter((other) => other < at + spanMs - 1e-6).length;
          assert.ok(inSpan <= most, `${inSpan} within ${spanMs} ms`);
        }
      },
    ),
  );
});

test('one refusal after a stall longer than what is looked back does not hold the rate down for good', () => {
  const clock = handClock();
  const rate = learnedRate(clock);
  const take = (ms: number) => {
    rate.take();
    clock.at += ms;
    rate.accepted();
  };
  for (let n = 0; n < 100; n++) take(10);
  rate.take();
  const sentAt = clock.at;
  clock.at += 1_500;
  rate.refused(sentAt, 1_000);
  clock.at += 1_000;
  for (const until = clock.at + 60_000; clock.at < until; clock.at += 5) if (rate.waitMs() <= 0) take(0);
  assert.ok(rate.waitMs() <= 1_000 / 100, `the next one waits ${rate.waitMs()} ms`);
});

test('a VTN that takes less than one a second is learned as such', () => {
  for (const perSecond of [0.8, 0.9, 1.5]) {
    const clock = handClock();
    const rate = learnedRate(clock);
    let tokens = 5;
    let accepted = 0;
    for (let resumesAt = 0; clock.at < 1_800_000; clock.at += 10) {
      tokens = Math.min(tokens + perSecond / 100, 5);
      if (clock.at < resumesAt || rate.waitMs() > 0) continue;
      rate.take();
      if (tokens >= 1) {
        tokens -= 1;
        accepted++;
        rate.accepted();
      } else {
        rate.refused(clock.at, 1_000);
        resumesAt = clock.at + 1_000;
      }
    }
    assert.ok(accepted >= 0.9 * perSecond * 1_800, `${accepted} in half an hour at ${perSecond} a second`);
  }
});
