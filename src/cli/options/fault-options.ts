import { decimalNumber, oneOf, textList } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** How awkward the VTN simulator is. */
export const faultOptions = {
  latency: spec({
    flags: '--latency <ms>',
    env: 'VENFLEET_LATENCY',
    help: 'hold every answer back by this many milliseconds',
    check: decimalNumber(0, 600_000, 'milliseconds'),
    default: 0,
  }),
  errorRate: spec({
    flags: '--error-rate <share>',
    env: 'VENFLEET_ERROR_RATE',
    help: 'share of requests answered with 500, 502 or 503, half of them after carrying them out',
    check: decimalNumber(0, 1),
    default: 0,
  }),
  dropRate: spec({
    flags: '--drop-rate <share>',
    env: 'VENFLEET_DROP_RATE',
    help: 'share of writes whose connection is dropped after storing, without an answer',
    check: decimalNumber(0, 1),
    default: 0,
  }),
  duplicates: spec({
    flags: '--duplicates <answer>',
    env: 'VENFLEET_DUPLICATES',
    help: 'what a resource gets that exists: 409-id, 409, 500, existing-200, existing-201, accept',
    check: oneOf(['409-id', '409', '500', 'existing-200', 'existing-201', 'accept']),
    default: '409-id',
  }),
  set: spec({
    flags: '--set <switch=value>',
    env: 'VENFLEET_SET',
    help: 'any other switch of the simulator, e.g. workers=32 (docs/simulator.md); may be given several times',
    check: textList(),
  }),
} as const;
