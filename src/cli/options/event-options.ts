import {
  defaultKeepEventsDays,
  defaultPollSeconds,
  keepEventsDaysBounds,
  pollSecondsBounds,
  targetRules,
} from '../../api/option-values.ts';
import { decimalNumber, oneOf, text, wholeNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** How events are heard of, and read. */
export const eventOptions = {
  poll: spec({
    flags: '--poll <seconds>',
    env: 'VENFLEET_POLL',
    help: 'how often events are read',
    check: decimalNumber(...pollSecondsBounds),
    default: defaultPollSeconds,
  }),
  webhookUrl: spec({
    flags: '--webhook-url <url>',
    env: 'VENFLEET_WEBHOOK_URL',
    help: 'have the VTN call this address when events change (OpenADR)',
    check: text(),
  }),
  webhookListen: spec({
    flags: '--webhook-listen <host:port>',
    env: 'VENFLEET_WEBHOOK_LISTEN',
    help: 'where to listen for these calls',
    check: text(),
    default: '127.0.0.1:0',
  }),
  listenMqtt: spec({
    flags: '--listen-mqtt',
    env: 'VENFLEET_LISTEN_MQTT',
    help: "listen to the VTN's MQTT broker for changes (openadr-3.1)",
    check: yesOrNo(),
    default: false,
  }),
  targetRule: spec({
    flags: '--target-rule <rule>',
    env: 'VENFLEET_TARGET_RULE',
    help: 'openadr-3.0: of targets of several types, a load must be named by "every", or "any" is enough',
    check: oneOf(targetRules),
    default: 'every',
  }),
  policy: spec({
    flags: '--policy <file>',
    env: 'VENFLEET_POLICY',
    help: 'what loads do of what events ask, JSON',
    check: text(),
    isPath: true,
  }),
  keepEvents: spec({
    flags: '--keep-events <days>',
    env: 'VENFLEET_KEEP_EVENTS',
    help: 'how long events that are over, and what became of them, are remembered; 0: for ever',
    check: wholeNumber(...keepEventsDaysBounds),
    default: defaultKeepEventsDays,
  }),
  once: spec({
    flags: '--once',
    env: 'VENFLEET_ONCE',
    help: 'read once, hand over what is asked now, and end',
    check: yesOrNo(),
    default: false,
  }),
} as const;
