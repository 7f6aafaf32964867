/*
 * Requests a second, learned from refusals (429). Nothing holds requests back until the first refusal. From
 * then on they are spread evenly at a little less than what the VTN took in the time before; that is kept for
 * a while, and then raised, slowly at first (a cubic), until the next refusal. Each time that this finds the
 * same rate again, the next attempt is put off for four times as long: an attempt costs the pause that the VTN asks
 * for.
 */
import type { Clock } from '../../core/clock.ts';
import { evenly, type RateLimit } from './rate-limit.ts';

/** Of the rate at which the VTN refused, so much is sent. */
const settledShare = 0.98;
/** The same where that was refused again, sooner than it was raised. */
const loweredShare = 0.95;
/** How long a learned rate is kept before a higher one is tried, milliseconds: at first, and at most. */
const holdMs = { first: 2_000, most: 60_000 };
/** Milliseconds after which a rate that is being raised is 1.4 times what it was; after twice that, 4.2. */
const raiseMs = 2_500;
const raiseScale = 0.4;
/** Rates that differ by less than this share are the same. */
const sameWithin = 0.2;
/** A refusal is about what was taken in the last second, or for as long as the VTN wants silence, milliseconds. */
const usualSpanMs = 1_000;
/** Where it wants none, a run that is younger than a second is judged by its age; and by this, at least. */
const leastSpanMs = 100;
const leastPerSecond = 0.5;
/** A span in which a learned rate lets fewer through than this says little. */
const fewestInSpan = 3;

export function learnedRate(clock: Clock): RateLimit {
  const history = createHistory(clock);
  let ceiling = Number.POSITIVE_INFINITY;
  let hold = holdMs.first;
  /** When the last refusal was heard of, and when its pause ends. */
  let refusedAt = Number.NEGATIVE_INFINITY;
  let resumedAt = 0;
  let firstAt: number | undefined;
  /** Nothing was taken since the last refusal: the VTN takes nothing at all for now, which tells of no rate. */
  let takesNothing = true;

  const rate = () => {
    if (ceiling === Number.POSITIVE_INFINITY) return ceiling;
    const raisedFor = Math.max(0, clock.monotonic() - resumedAt - hold) / raiseMs;
    return Math.max(leastPerSecond, ceiling * settledShare * (1 + raiseScale * raisedFor ** 3));
  };
  const span = (pauseMs: number) => {
    // In a second, a VTN that takes less than one a second most often took nothing.
    const atThisRate = Number.isFinite(rate()) ? fewestInSpan / (rate() / 1000) : 0;
    if (pauseMs > 0 || atThisRate > usualSpanMs) return Math.max(pauseMs, usualSpanMs, atThisRate);
    const age = clock.monotonic() - (firstAt ?? 0);
    return Math.min(Math.max(age, leastSpanMs), usualSpanMs);
  };
  const spread = evenly(rate, clock);
  return {
    waitMs: spread.waitMs,
    learned: () => (Number.isFinite(rate()) ? rate() : null),
    take() {
      firstAt ??= clock.monotonic();
      spread.take();
    },
    accepted() {
      takesNothing = false;
      history.add();
    },
    refused(sentAt, pauseMs) {
      // Sent before the last refusal was known: it says nothing new.
      if (sentAt <= refusedAt) return;
      const now = clock.monotonic();
      const taken = history.perSecond(span(pauseMs));
      // Nor does it tell of one that it took nothing for as long as is looked back: it stood still.
      if (takesNothing || taken === 0) {
        refusedAt = now;
        resumedAt = Math.max(resumedAt, now + pauseMs);
        return;
      }
      takesNothing = true;
      const found = Math.min(rate(), taken);
      if (now < resumedAt + hold && ceiling !== Number.POSITIVE_INFINITY) {
        ceiling = found * loweredShare;
      } else {
        const change = found / ceiling - 1;
        hold = Math.abs(change) < sameWithin ? Math.min(4 * hold, holdMs.most) : holdMs.first;
        // What was counted while the rate was raised is too much; what came before, and the old rate, were taken.
        const isSlightlyMore = change > 0 && change < sameWithin;
        ceiling = isSlightlyMore ? Math.max(ceiling, Math.min(found, history.before(span(pauseMs)))) : found;
      }
      refusedAt = now;
      resumedAt = now + pauseMs;
    },
  };
}

const binMs = 20;
const bins = 3_000;

interface History {
  add(): void;
  /** What was accepted a second in the last `spanMs` milliseconds. */
  perSecond(spanMs: number): number;
  /** The same of the time as long before that. */
  before(spanMs: number): number;
}

/** Counts what was accepted in the last minute, in bins of 20 ms. */
function createHistory(clock: Clock): History {
  const counts = new Uint32Array(bins);
  let last = Math.floor(clock.monotonic() / binMs);
  const advance = () => {
    const bin = Math.floor(clock.monotonic() / binMs);
    if (bin - last >= bins) counts.fill(0);
    else while (last < bin) counts[++last % bins] = 0;
    last = bin;
  };
  /** Of `span` bins that end `skipped` bins ago. */
  const perSecond = (span: number, skipped: number) => {
    advance();
    let sum = 0;
    for (let back = skipped; back < skipped + span; back++) sum += counts[(last - back + bins) % bins]!;
    return (sum / (span * binMs)) * 1000;
  };
  const binsIn = (spanMs: number, most: number) => Math.min(most, Math.ceil(spanMs / binMs));
  return {
    add() {
      advance();
      counts[last % bins]!++;
    },
    perSecond: (spanMs) => perSecond(binsIn(spanMs, bins), 0),
    before(spanMs) {
      const span = binsIn(spanMs, bins / 2);
      return perSecond(span, span);
    },
  };
}
