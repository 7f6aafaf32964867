import { logLevels } from '../../core/log.ts';
import { oneOf, text, wholeNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** `--json` of what goes on for long. */
const ofNote =
  'print a JSON object for whatever is of note, each on a line, and nothing else; see docs/json.md';

/** What is shown, and the configuration file. */
export const outputOptions = {
  json: spec({
    flags: '--json',
    env: 'VENFLEET_JSON',
    help: 'print one JSON object on standard output, and nothing else; see docs/json.md',
    helpOf: {
      vtn: 'print JSON: one object when it listens, one when it ends; see docs/json.md',
      serve: ofNote,
      'serve demo': ofNote,
    },
    check: yesOrNo(),
    default: false,
  }),
  logLevel: spec({
    flags: '--log-level <level>',
    env: 'VENFLEET_LOG_LEVEL',
    help: `log to standard error as JSON lines: ${logLevels.join(', ')}`,
    check: oneOf(logLevels),
    default: 'silent',
  }),
  metricsPort: spec({
    flags: '--metrics-port <n>',
    env: 'VENFLEET_METRICS_PORT',
    help: 'show numbers for Prometheus at /metrics of this loopback port while it runs; 0: any free one',
    check: wholeNumber(0, 65_535),
  }),
  config: spec({
    flags: '--config <file>',
    env: 'VENFLEET_CONFIG',
    help: 'configuration file (default: venfleet.config.json, where there is one)',
    check: text(),
  }),
} as const;
