import { defaultTopic } from '../../api/option-values.ts';
import { text, textList } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** Where instructions go. */
export const sinkOptions = {
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
} as const;
