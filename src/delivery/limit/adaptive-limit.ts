/*
 * The number of requests in flight follows the VTN. Why this algorithm, and what it was measured to do:
 * docs/performance.md.
 *
 *   begin ──► doubles with every epoch ──► steady   once latency is no longer free and more does not pay
 *   steady    latency below what is free: up to a quarter more; above: less, in proportion
 *     ├─ dip      every 15 s, or where less does not help: few in flight, to see the latency of the unloaded VTN
 *     └─ trial    every 2 to 16 s: would half as many again give more, though latency rises?
 */
import type { Clock } from '../../core/clock.ts';
import type { Limit } from './in-flight-limit.ts';
import { createEpoch, type Epoch, type EpochLength, type EpochResult } from './latency-epoch.ts';
import { createTrial, type Trial, trialStep } from './limit-trial.ts';

export interface AdaptiveOptions {
  /** Bounds of the limit. Default 1 and 1,024. */
  readonly least?: number;
  readonly most?: number;
  /** Where it begins. Default 8. */
  readonly initial?: number;
  /** The share of time since it was last asked, 0 to 1, in which this process itself had no rest. */
  readonly ownLoad?: () => number;
}

/** Latency that is free: so many times that of the unloaded VTN, … */
const freeFactor = 1.5;
/** … and in any case this, milliseconds: faster answers than that help nobody. */
const freeMs = 16;
/**
 * The same while this process is itself what is slow: more in flight only wait here, but fewer would leave the VTN
 * without work whenever this process is held up for a moment.
 */
const freeMsWhenBusy = 4;
const busy = 0.8;
/** At the beginning and in a dip: the first answers say enough. */
const shortEpoch: EpochLength = { leastMs: 15, roundsBefore: 0, rounds: 1 };
const epochLength: EpochLength = { leastMs: 60, roundsBefore: 0, rounds: 2 };
/** What is sent at once where the limit rises meets a queue that is yet to grow. */
const raisedEpoch: EpochLength = { ...epochLength, roundsBefore: 1 };
/** How long the latency of the unloaded VTN is taken for known, milliseconds, and in latencies. */
const baseKnownMs = 15_000;
const baseKnownRtts = 100;
/** Milliseconds between trials: after one that changed something, and at most. */
const trialsMs = { soonest: 2_000, latest: 16_000 };
/** Latency beyond the free one that trials may earn, as a factor. */
const mostEarned = 16;
/** Share of answers "too busy" from which there are too many in flight. */
const tooManyDropped = 0.1;

interface State {
  readonly least: number;
  readonly most: number;
  readonly clock: Clock;
  readonly ownLoad: () => number;
  /** The limit before rounding; trials and dips leave it as it is. */
  wanted: number;
  phase: 'begin' | 'steady' | 'dip' | 'trial';
  epoch: Epoch;
  current: number;
  /** Latency of the unloaded VTN, milliseconds; and when it was last seen. */
  base: number;
  baseAt: number;
  /** By what factor trials have raised the latency that is accepted. */
  earned: number;
  last: EpochResult | undefined;
  /** The limit and latency before the limit was last lowered. */
  lowered: { from: number; rttMs: number } | undefined;
  /** The last epoch's latency was suddenly much higher: the next one must confirm it. */
  doubted: boolean;
  trial: Trial | undefined;
  nextDirection: 'up' | 'down';
  trialEveryMs: number;
  nextTrialAt: number;
}

/** A limit that finds the most requests in flight that still pay, and keeps finding it as the VTN changes. */
export function createAdaptiveLimit(clock: Clock, options: AdaptiveOptions = {}): Limit {
  const { least = 1, most = 1_024, initial = 8, ownLoad = () => 0 } = options;
  const now = clock.monotonic();
  const first = Math.min(Math.max(initial, least), most);
  const state: State = {
    least,
    most,
    clock,
    ownLoad,
    wanted: first,
    phase: 'begin',
    epoch: createEpoch(first, now, shortEpoch),
    current: first,
    base: Number.POSITIVE_INFINITY,
    baseAt: now,
    earned: 1,
    last: undefined,
    lowered: undefined,
    doubted: false,
    trial: undefined,
    nextDirection: 'up',
    trialEveryMs: trialsMs.soonest,
    nextTrialAt: 0,
  };
  return {
    limit: () => state.current,
    sample(sample) {
      const result = state.epoch.add(sample, clock.monotonic());
      if (result) open(state, next(state, result));
    },
  };
}

/** Decides on the next epoch from the last: its limit, as a factor of the wanted one. */
function next(state: State, result: EpochResult): number {
  // An epoch of failures only says nothing about latency.
  if (Number.isNaN(result.rttMs)) {
    if (result.droppedShare > tooManyDropped) settleOn(state, state.wanted * 0.7);
    return 1;
  }
  switch (state.phase) {
    case 'begin':
      return begin(state, result);
    case 'steady':
      return steady(state, result);
    case 'dip':
      return endDip(state, result);
    case 'trial':
      return tryOn(state, result);
  }
}

/** Opens the next epoch with the wanted limit times `factor`. */
function open(state: State, factor: number): void {
  const { least, most, phase, clock } = state;
  state.wanted = Math.min(Math.max(state.wanted, least), most);
  const limit = Math.round(Math.min(Math.max(state.wanted * factor, least), most));
  const isShort = phase === 'begin' || phase === 'dip';
  const length = isShort ? shortEpoch : limit > state.current ? raisedEpoch : epochLength;
  state.current = limit;
  state.epoch = createEpoch(limit, clock.monotonic(), length);
}

function settleOn(state: State, limit: number): void {
  state.phase = 'steady';
  state.wanted = limit;
  state.nextTrialAt = state.clock.monotonic() + state.trialEveryMs;
}

function noteBase(state: State, rttMs: number): void {
  if (rttMs > state.base * 1.05) return;
  state.base = Math.min(state.base, rttMs);
  state.baseAt = state.clock.monotonic();
}

/** The latency that needs no proof, milliseconds. */
function freeLatency(state: State, isBusy: boolean): number {
  return Math.max(freeFactor * state.base, isBusy ? freeMsWhenBusy : freeMs);
}

function begin(state: State, result: EpochResult): number {
  const { last } = state;
  noteBase(state, result.rttMs);
  if (result.droppedShare > tooManyDropped) {
    settleOn(state, state.wanted * 0.7);
    return 1;
  }
  if (!result.full) return 1;
  state.last = result;
  const isBusy = state.ownLoad() > busy;
  const free = freeLatency(state, isBusy);
  const pays = last !== undefined && result.perSecond > last.perSecond * 1.25;
  if ((result.rttMs <= free || pays) && state.wanted < state.most) {
    state.wanted *= 2;
    return 1;
  }
  if (pays) state.earned = Math.max(1, result.rttMs / free);
  settleOn(state, Math.max(state.wanted / 2, (state.wanted * free) / result.rttMs));
  // What was seen so far of the VTN's latency was this process's own.
  return isBusy ? dip(state) : 1;
}

function steady(state: State, result: EpochResult): number {
  const { last } = state;
  const now = state.clock.monotonic();
  noteBase(state, result.rttMs);
  state.last = result;
  if (result.droppedShare > tooManyDropped) {
    state.wanted *= 0.7;
    return 1;
  }
  if (now - state.baseAt > Math.max(baseKnownMs, baseKnownRtts * result.rttMs)) return dip(state);
  const isBusy = state.ownLoad() > busy;
  const accepted = freeLatency(state, isBusy) * state.earned;
  const room = accepted / result.rttMs;
  if (room < 0.9) return lower(state, result, last, room);
  state.doubted = false;
  state.lowered = undefined;
  if (!result.full) return 1;
  if (room > 1.1 && state.wanted < state.most) {
    state.wanted = Math.max(
      state.wanted * Math.min(1.25, room),
      Math.min(state.wanted + 1, state.wanted * room),
    );
  } else if (now >= state.nextTrialAt) return startTrial(state, result);
  return 1;
}

/** Latency is higher than accepted: fewer in flight, unless that was tried and did not help. */
function lower(state: State, result: EpochResult, last: EpochResult | undefined, room: number): number {
  const isSudden = last !== undefined && result.rttMs > 2 * last.rttMs;
  if (isSudden && !state.doubted) {
    state.doubted = true;
    return 1;
  }
  state.doubted = false;
  const { lowered } = state;
  if (lowered && lowered.from > state.wanted * 1.3) {
    const fell = Math.log(lowered.rttMs / result.rttMs) / Math.log(lowered.from / state.wanted);
    state.lowered = undefined;
    // It is not our queue that makes it slow: the VTN itself has become slower.
    if (fell < 0.5) return dip(state);
  }
  state.lowered ??= { from: state.wanted, rttMs: result.rttMs };
  state.wanted *= Math.max(0.7, room);
  return 1;
}

/** Few in flight for a moment, to see how fast the VTN answers when it is not loaded. */
function dip(state: State): number {
  state.phase = 'dip';
  return 1 / 8;
}

function endDip(state: State, result: EpochResult): number {
  state.base = Math.min(result.rttMs, state.last?.rttMs ?? result.rttMs);
  state.baseAt = state.clock.monotonic();
  state.phase = 'steady';
  return 1;
}

function startTrial(state: State, usual: EpochResult): number {
  const direction = state.earned > 1 ? state.nextDirection : 'up';
  state.nextDirection = direction === 'up' ? 'down' : 'up';
  if (
    direction === 'up' &&
    (state.earned * trialStep > mostEarned || state.wanted * trialStep > state.most)
  ) {
    state.nextTrialAt = state.clock.monotonic() + state.trialEveryMs;
    return 1;
  }
  state.phase = 'trial';
  state.trial = createTrial(direction, usual);
  return state.trial.factor();
}

function tryOn(state: State, result: EpochResult): number {
  const trial = state.trial!;
  noteBase(state, result.rttMs);
  const verdict = trial.add(result);
  if (verdict === undefined) return trial.factor();
  const isUp = state.nextDirection === 'down';
  state.phase = 'steady';
  state.last = undefined;
  if (verdict === 'accepted') {
    const factor = isUp ? trialStep : 1 / trialStep;
    state.wanted *= factor;
    state.earned = Math.max(1, state.earned * factor);
    state.trialEveryMs = trialsMs.soonest;
    state.nextDirection = isUp ? 'up' : 'down';
    state.nextTrialAt = 0;
  } else {
    state.nextTrialAt = state.clock.monotonic() + state.trialEveryMs;
    state.trialEveryMs = Math.min(state.trialEveryMs * 2, trialsMs.latest);
  }
  return 1;
}
