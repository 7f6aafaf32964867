import {
  catchUpHoursBounds,
  defaultCatchUpHours,
  measures,
  meterHoursBounds,
  referenceMeterData,
  speedBounds,
} from '../../api/option-values.ts';
import { decimalNumber, instant, listOf, text, wholeNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** Which readings are reported, or made. */
export const readingOptions = {
  meterData: spec({
    flags: '--meter-data <file>',
    env: 'VENFLEET_METER_DATA',
    help: 'meter file, HDF5, or CSV or NDJSON; see docs/meter-files.md',
    helpOf: {
      generate:
        'make a meter file (HDF5) of made-up readings as well; for the fleet that is there, if there is one',
      events: 'meter file, HDF5, or CSV or NDJSON, for reports of readings that events ask for',
    },
    check: text(),
    isPath: true,
  }),
  meterHours: spec({
    flags: '--meter-hours <n>',
    env: 'VENFLEET_METER_HOURS',
    help: 'hourly readings of each series of the meter file, from 2025-01-15 08:00 UTC on',
    check: wholeNumber(...meterHoursBounds),
    default: referenceMeterData.hours,
  }),
  from: spec({
    flags: '--from <time>',
    env: 'VENFLEET_FROM',
    help: 'only readings from then on: a date (UTC), or a time with its zone',
    check: instant(),
  }),
  to: spec({
    flags: '--to <time>',
    env: 'VENFLEET_TO',
    help: 'only readings before then',
    check: instant(),
  }),
  again: spec({
    flags: '--again',
    env: 'VENFLEET_AGAIN',
    help: 'also what was reported before',
    helpOf: { 'events enrol': 'also loads that the database has as enrolled' },
    check: yesOrNo(),
    default: false,
  }),
  catchUp: spec({
    flags: '--catch-up <hours>',
    env: 'VENFLEET_CATCH_UP',
    help: 'how far back readings are sent that were not reported yet',
    check: decimalNumber(...catchUpHoursBounds),
    default: defaultCatchUpHours,
  }),
  replayFrom: spec({
    flags: '--replay-from <time>',
    env: 'VENFLEET_REPLAY_FROM',
    help: 'play the past again, as if it were then now',
    check: instant(),
  }),
  speed: spec({
    flags: '--speed <n>',
    env: 'VENFLEET_SPEED',
    help: 'how many seconds of --replay-from pass in one',
    check: decimalNumber(...speedBounds),
    default: 1,
  }),
  measure: spec({
    flags: '--measure <list>',
    env: 'VENFLEET_MEASURE',
    help: `what OpenADR reports tell of a reading, of ${measures.join(', ')} (default: USAGE)`,
    helpOf: { 'report status': `only OpenADR reports that tell these: ${measures.join(', ')}` },
    check: listOf(measures),
  }),
} as const;
