import type { PacingChoice } from '../../api/register.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandContext } from '../command.ts';
import { namesOf } from './option-spec.ts';
import { pacingOptions } from './speed-options.ts';

/** The options that say how fast to send. */
export const pacingNames = namesOf(pacingOptions);

/**
 * Neither asked for: as fast as the VTN takes it. `--concurrency` asks for a window, `--batch-size` and
 * `--delay-between-batches` for batches; whichever was given nearer to the command line counts.
 */
export function pacingChoice({
  values,
  nearest,
  command,
}: Pick<CommandContext<(typeof pacingNames)[number]>, 'values' | 'nearest' | 'command'>): PacingChoice {
  const { concurrency, batchSize = 50, delayBetweenBatches: delaySeconds = 0.5 } = values;
  const maxRate = values.maxRate || undefined;
  const given = nearest('batchSize', 'delayBetweenBatches', 'concurrency');
  const isBatch = given.has('batchSize') || given.has('delayBetweenBatches');
  if (isBatch && given.has('concurrency')) {
    const problem = '--concurrency cannot go with --batch-size or --delay-between-batches.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  if (isBatch) return { kind: 'batch', batchSize, delaySeconds, maxRate };
  return concurrency === undefined ? { kind: 'adaptive', maxRate } : { kind: 'window', concurrency, maxRate };
}
