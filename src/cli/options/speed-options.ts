import { defaultGraceMs, graceMsBounds, pacingBounds } from '../../api/option-values.ts';
import { decimalNumber, wholeNumber } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** How fast requests are sent. */
export const pacingOptions = {
  concurrency: spec({
    flags: '--concurrency <n>',
    env: 'VENFLEET_CONCURRENCY',
    help: 'requests in flight, always as many (default: as many as the VTN takes well)',
    check: wholeNumber(...pacingBounds.concurrency),
  }),
  maxRate: spec({
    flags: '--max-rate <n>',
    env: 'VENFLEET_MAX_RATE',
    help: 'requests a second at most (0: no bound)',
    helpOf: { vtn: 'requests a second, above which come 429s with Retry-After (0: no bound)' },
    check: decimalNumber(...pacingBounds.maxRate),
  }),
  batchSize: spec({
    flags: '--batch-size <n>',
    env: 'VENFLEET_BATCH_SIZE',
    help: 'send in batches of N and wait for each (50 if only the delay is given)',
    check: wholeNumber(...pacingBounds.batchSize),
  }),
  delayBetweenBatches: spec({
    flags: '--delay-between-batches <seconds>',
    env: 'VENFLEET_DELAY_BETWEEN_BATCHES',
    help: 'sleep between batches (0.5 if only the size is given)',
    check: decimalNumber(...pacingBounds.delaySeconds, 'seconds'),
  }),
} as const;

/** The same, and how long a lost answer is waited for. */
export const speedOptions = {
  ...pacingOptions,
  grace: spec({
    flags: '--grace <seconds>',
    env: 'VENFLEET_GRACE',
    help: 'how long the VTN may still be busy with a request whose answer was lost; see docs/reliability.md',
    check: decimalNumber(graceMsBounds[0] / 1000, graceMsBounds[1] / 1000, 'seconds'),
    default: defaultGraceMs / 1000,
  }),
} as const;
