import type { EpochResult } from './latency-epoch.ts';

/**
 * A trial of a larger or smaller limit: epochs with the usual limit and with the other one by turns, so that
 * what else happens in the meantime touches both alike.
 */
export interface Trial {
  /** The limit of the next epoch, as a factor of the usual one. */
  factor(): number;
  /** Takes the next epoch's result; says how it ended, once it has. */
  add(result: EpochResult): 'accepted' | 'rejected' | undefined;
}

/** By how much a trial raises or lowers the limit. */
export const trialStep = 1.5;
/** Times that the other limit is tried. */
const turns = 4;
/**
 * A larger limit must raise the throughput by at least this power of what it raises the limit: 0.1 is 4 % for
 * half as much again. (Less is not to be told from noise, and was paid for with latency.)
 */
const leastElasticity = 0.1;
const least = leastElasticity * Math.log(trialStep);

/**
 * `up`: accepted where the larger limit surely gives more; `down`: accepted unless the smaller limit surely
 * gives less. So the burden of proof is always on the greater latency. `usual`: the epoch before.
 */
export function createTrial(direction: 'up' | 'down', usual: EpochResult): Trial {
  const factor = direction === 'up' ? trialStep : 1 / trialStep;
  const gains: number[] = [];
  let before = usual;
  let tried: EpochResult | undefined;
  return {
    factor: () => (tried === undefined ? factor : 1),
    add(result) {
      // Something else happens at the same time, or there is nothing to be learned.
      if (!result.full || result.droppedShare > 0.05 || result.rttMs > 3 * usual.rttMs) return 'rejected';
      if (tried === undefined) {
        tried = result;
        return undefined;
      }
      const around = (Math.log(before.perSecond) + Math.log(result.perSecond)) / 2;
      gains.push(Math.log(tried.perSecond) - around);
      before = result;
      tried = undefined;
      const isHopeless = gains.length === 2 && direction === 'up' && Math.max(...gains) < least;
      if (isHopeless) return 'rejected';
      return gains.length < turns ? undefined : verdict(direction, gains);
    },
  };
}

function verdict(direction: 'up' | 'down', gains: readonly number[]): 'accepted' | 'rejected' {
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  const error = Math.sqrt(variance / gains.length);
  const isLargerBetter = direction === 'up' ? mean - error > least : -mean - error > least;
  return isLargerBetter === (direction === 'up') ? 'accepted' : 'rejected';
}
