import type { OptionName } from './option-table.ts';

/** Under which heading the help shows each option, in this order. */
export const optionGroups: Readonly<Record<string, readonly OptionName[]>> = {
  'The fleet database:': ['db', 'wait', 'resources', 'vens', 'seed', 'force'],
  'Which loads:': ['ven', 'limitVens', 'component', 'load', 'includeDisabled'],
  'Which readings:': [
    'meterData',
    'meterHours',
    'from',
    'to',
    'again',
    'catchUp',
    'replayFrom',
    'speed',
    'measure',
  ],
  'What reports are filed under:': ['program', 'event', 'programName', 'eventName'],
  'The event:': [
    'modify',
    'cancel',
    'name',
    'type',
    'value',
    'start',
    'duration',
    'randomizeStart',
    'target',
    'priority',
    'report',
  ],
  'Events:': ['poll', 'webhookUrl', 'webhookListen', 'listenMqtt', 'targetRule', 'policy', 'once'],
  'Where instructions go:': ['sink', 'topic', 'mqttUser', 'mqttPasswordFile', 'signingKeyFile'],
  'What is done:': [
    'dryRun',
    'check',
    'yes',
    'maxRemovals',
    'maxFailures',
    'onDoubt',
    'maxBody',
    'compress',
    'sameVtn',
    'moveToThisVtn',
    'show',
    'all',
    'failures',
    'limit',
  ],
  'The VTN:': ['vtnUrl', 'port', 'mqttPort', 'mqttAuth', 'profile', 'serviceLocation', 'proxy'],
  'Tokens and certificates:': [
    'token',
    'tokenFile',
    'clientId',
    'clientSecret',
    'clientSecretFile',
    'credentialsFile',
    'authStyle',
    'tokenUrl',
    'scope',
    'audience',
    'role',
    'clientIdTemplate',
    'caFile',
    'certFile',
    'keyFile',
  ],
  'How fast:': ['concurrency', 'maxRate', 'batchSize', 'delayBetweenBatches', 'grace'],
  'How awkward it is:': ['latency', 'errorRate', 'dropRate', 'duplicates', 'set'],
  'What is shown:': ['json', 'logLevel', 'config'],
};

/** The heading that stands above `--help` too. */
export const lastGroup = 'What is shown:';

const groupOf = new Map(
  Object.entries(optionGroups).flatMap(([heading, names]) => names.map((name) => [name, heading] as const)),
);
const places = new Map([...groupOf.keys()].map((name, place) => [name, place]));

/** The heading of an option. */
export function groupHeading(name: OptionName): string {
  return groupOf.get(name) ?? lastGroup;
}

/** Options in the order of the help. */
export function inHelpOrder<N extends OptionName>(names: readonly N[]): N[] {
  return names.toSorted((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
}
