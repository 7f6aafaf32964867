import { decimalNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** What shows something again and again. */
export const watchOptions = {
  watch: spec({
    flags: '--watch',
    env: 'VENFLEET_WATCH',
    help: 'show it again whenever it has changed, until Ctrl-C',
    check: yesOrNo(),
    default: false,
  }),
  every: spec({
    flags: '--every <seconds>',
    env: 'VENFLEET_EVERY',
    help: 'how often to look whether it has changed',
    check: decimalNumber(0.1, 3600),
    default: 1,
  }),
} as const;
