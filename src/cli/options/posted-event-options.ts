import { defaultEventDuration } from '../../api/option-values.ts';
import { durationText, instantOrNow, text, textList, wholeNumber } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** What an event is to say that is posted. */
export const eventWishOptions = {
  name: spec({
    flags: '--name <name>',
    env: 'VENFLEET_NAME',
    help: 'what it is called',
    check: text(),
  }),
  type: spec({
    flags: '--type <payload type>',
    env: 'VENFLEET_TYPE',
    help: 'what is asked: SIMPLE, DISPATCH_SETPOINT, PRICE, … (default: SIMPLE)',
    check: text(),
  }),
  value: spec({
    flags: '--value <value>',
    env: 'VENFLEET_VALUE',
    help: 'how much of it, a number or a text (default: 1); may be given several times',
    check: textList(),
  }),
  start: spec({
    flags: '--start <time>',
    env: 'VENFLEET_START',
    help: 'when it begins; now: as soon as a VEN hears of it (default: this moment)',
    check: instantOrNow(),
  }),
  duration: spec({
    flags: '--duration <duration>',
    env: 'VENFLEET_DURATION',
    help: `how long it lasts, in ISO 8601; P9999Y: for ever (default: ${defaultEventDuration})`,
    check: durationText(),
  }),
  randomizeStart: spec({
    flags: '--randomize-start <duration>',
    env: 'VENFLEET_RANDOMIZE_START',
    help: 'OpenADR: how much earlier or later each load may begin, in ISO 8601',
    check: durationText(),
  }),
  target: spec({
    flags: '--target <target>',
    env: 'VENFLEET_TARGET',
    help: 'whom it is for; in OpenADR 3.0 TYPE=value, in 3.1 a word, on the gateway either (default: all); may be given several times',
    check: textList(),
  }),
  priority: spec({
    flags: '--priority <n>',
    env: 'VENFLEET_PRIORITY',
    help: 'how urgent it is; 0 comes before all others',
    check: wholeNumber(0, 4_294_967_295),
  }),
  report: spec({
    flags: '--report <payload type>',
    env: 'VENFLEET_REPORT',
    help: 'OpenADR: a report that it asks for: SIMPLE_LEVEL, USAGE, …; may be given several times',
    check: textList(),
  }),
} as const;

/** The same, and which event is changed or cancelled. */
export const postedEventOptions = {
  modify: spec({
    flags: '--modify <id>',
    env: 'VENFLEET_MODIFY',
    help: 'change the event of this id in what is given, and leave the rest',
    check: text(),
  }),
  cancel: spec({
    flags: '--cancel <id>',
    env: 'VENFLEET_CANCEL',
    help: 'cancel the event of this id: as OpenADR has it, by a start of now and no duration',
    check: text(),
  }),
  ...eventWishOptions,
} as const;
