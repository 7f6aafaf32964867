import {
  defaultPollSeconds,
  defaultTopic,
  listedBounds,
  pollSecondsBounds,
  targetRules,
} from '../../api/option-values.ts';
import { decimalNumber, oneOf, text, textList, wholeNumber, yesOrNo } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** What the commands that follow events take besides: how events are heard of, and where instructions go. */
export const eventOptions = {
  sink: spec({
    flags: '--sink <where>',
    env: 'VENFLEET_SINK',
    help: 'where instructions go: mqtt://HOST, http://HOST/PATH, a file, or "-" for standard output; may be given several times',
    check: textList(),
  }),
  topic: spec({
    flags: '--topic <template>',
    env: 'VENFLEET_TOPIC',
    help: 'MQTT topic of a load, with {ven}, {site}, {component}, {load}, {resource}',
    check: text(),
    default: defaultTopic,
  }),
  mqttUser: spec({
    flags: '--mqtt-user <name>',
    env: 'VENFLEET_MQTT_USER',
    help: 'user name for the broker that instructions go to',
    check: text(),
  }),
  mqttPasswordFile: spec({
    flags: '--mqtt-password-file <file>',
    env: 'VENFLEET_MQTT_PASSWORD_FILE',
    help: 'file that holds the password for that broker alone',
    check: text(),
    isPath: true,
  }),
  signingKeyFile: spec({
    flags: '--signing-key-file <file>',
    env: 'VENFLEET_SIGNING_KEY_FILE',
    help: 'file that holds the key which instructions to an http:// address are signed with',
    check: text(),
    isPath: true,
  }),
  policy: spec({
    flags: '--policy <file>',
    env: 'VENFLEET_POLICY',
    help: 'what loads do of what events ask, JSON',
    check: text(),
    isPath: true,
  }),
  limit: spec({
    flags: '--limit <n>',
    env: 'VENFLEET_LIMIT',
    help: 'list the latest N',
    check: wholeNumber(...listedBounds),
    default: 100,
  }),
  poll: spec({
    flags: '--poll <seconds>',
    env: 'VENFLEET_POLL',
    help: 'how often events are read',
    check: decimalNumber(...pollSecondsBounds),
    default: defaultPollSeconds,
  }),
  targetRule: spec({
    flags: '--target-rule <rule>',
    env: 'VENFLEET_TARGET_RULE',
    help: 'openadr-3.0: of targets of several types, a load must be named by "every", or "any" is enough',
    check: oneOf(targetRules),
    default: 'every',
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
  once: spec({
    flags: '--once',
    env: 'VENFLEET_ONCE',
    help: 'read once, hand over what is asked now, and end',
    check: yesOrNo(),
    default: false,
  }),
} as const;
