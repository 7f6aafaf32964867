import type { PacingChoice } from '../../api/register.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';

/** The options that say how fast to send. */
export const pacingOptions = ['batchSize', 'delayBetweenBatches', 'concurrency', 'maxRate'] as const;

/**
 * Neither asked for: as fast as the VTN takes it. `--concurrency` asks for a window, `--batch-size` and
 * `--delay-between-batches` for batches; whichever was given nearer to the command line counts.
 */
export function pacingChoice(
  { values, sourceOf }: Pick<CommandContext<(typeof pacingOptions)[number]>, 'values' | 'sourceOf'>,
  command = 'register',
): PacingChoice {
  const order = ['flag', 'environment', 'file'];
  const rank = (name: (typeof pacingOptions)[number]) => {
    const source = sourceOf(name);
    return source === undefined ? order.length : order.indexOf(source);
  };
  const { concurrency, batchSize, delayBetweenBatches } = values;
  const maxRate = values.maxRate || undefined;
  const batchRank = Math.min(rank('batchSize'), rank('delayBetweenBatches'));
  const windowRank = rank('concurrency');
  if (batchRank === windowRank && batchRank < order.length) {
    const problem = '--concurrency cannot go with --batch-size or --delay-between-batches.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  if (batchRank < windowRank) {
    return { kind: 'batch', batchSize: batchSize ?? 50, delaySeconds: delayBetweenBatches ?? 0.5, maxRate };
  }
  return concurrency === undefined ? { kind: 'adaptive', maxRate } : { kind: 'window', concurrency, maxRate };
}
