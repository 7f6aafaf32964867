import {
  authStyles,
  defaultDbPath,
  defaultGraceMs,
  defaultMaxFailures,
  defaultProfile,
  defaultVtnUrl,
  fleetSizeBounds,
  graceMsBounds,
  limitVensBounds,
  listedBounds,
  maxFailuresBounds,
  maxRemovalsBounds,
  namesOfProfiles,
  openAdrRoles,
  pacingBounds,
  profileNames,
  referenceFleet,
  serviceLocationShapes,
} from '../../api/option-values.ts';
import { logLevels } from '../../core/log.ts';
import {
  decimalNumber,
  type OptionSpec,
  oneOf,
  text,
  textList,
  wholeNumber,
  yesOrNo,
} from '../../core/options.ts';

/** Every option of every command, once. The keys are those of venfleet.config.json. */
export const options = {
  config: spec({
    flags: '--config <file>',
    env: 'VENFLEET_CONFIG',
    help: 'configuration file (default: venfleet.config.json, where there is one)',
    check: text(),
  }),
  db: spec({
    flags: '--db <file>',
    env: 'VENFLEET_DB',
    help: 'fleet database, SQLite',
    check: text(),
    isPath: true,
    default: defaultDbPath,
  }),
  json: spec({
    flags: '--json',
    env: 'VENFLEET_JSON',
    help: 'print one JSON object on standard output, and nothing else; see docs/json.md',
    helpOf: { vtn: 'print JSON: one object when it listens, one when it ends; see docs/json.md' },
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
  wait: spec({
    flags: '--wait',
    env: 'VENFLEET_WAIT',
    help: 'where another venfleet changes the database, wait for it to end',
    check: yesOrNo(),
    default: false,
  }),

  // The VTN
  vtnUrl: spec({
    flags: '--vtn-url <url>',
    env: 'VENFLEET_VTN_URL',
    help: 'base URL of the VTN',
    check: text(),
    default: defaultVtnUrl,
  }),
  token: spec({
    flags: '--token <token>',
    env: 'VENFLEET_TOKEN',
    help: 'bearer token; others on this machine may see it, so prefer VENFLEET_TOKEN or --token-file',
    helpOf: { vtn: 'the only bearer token to accept (default: any); prefer VENFLEET_TOKEN' },
    check: text(),
  }),
  tokenFile: spec({
    flags: '--token-file <file>',
    env: 'VENFLEET_TOKEN_FILE',
    help: 'file that holds the bearer token alone',
    check: text(),
    isPath: true,
  }),
  profile: spec({
    flags: '--profile <name>',
    env: 'VENFLEET_PROFILE',
    help: `how the VTN speaks: ${profileNames.join(', ')}`,
    check: oneOf(profileNames),
    default: defaultProfile,
  }),
  clientId: spec({
    flags: '--client-id <id>',
    env: 'VENFLEET_CLIENT_ID',
    help: 'OAuth2 client that fetches tokens; its secret is VENFLEET_CLIENT_SECRET or in --client-secret-file',
    check: text(),
  }),
  clientSecret: spec({
    env: 'VENFLEET_CLIENT_SECRET',
    help: 'secret of the OAuth2 client; has no flag, since others on this machine could see it',
    check: text(),
  }),
  clientSecretFile: spec({
    flags: '--client-secret-file <file>',
    env: 'VENFLEET_CLIENT_SECRET_FILE',
    help: "file that holds the client's secret alone",
    check: text(),
    isPath: true,
  }),
  authStyle: spec({
    flags: '--auth-style <style>',
    env: 'VENFLEET_AUTH_STYLE',
    help: `how the token endpoint takes the client: ${authStyles.join(', ')} (default: basic for ${namesOfProfiles(({ authStyle }) => authStyle === 'basic')}, else form)`,
    check: oneOf(authStyles),
  }),
  tokenUrl: spec({
    flags: '--token-url <url>',
    env: 'VENFLEET_TOKEN_URL',
    help: 'token endpoint (default: what the VTN names, else <vtn-url>/auth/token)',
    check: text(),
  }),
  scope: spec({
    flags: '--scope <scopes>',
    env: 'VENFLEET_SCOPE',
    help: 'scopes to ask for, with spaces in between',
    check: text(),
  }),
  audience: spec({
    flags: '--audience <audience>',
    env: 'VENFLEET_AUDIENCE',
    help: 'audience to ask for, where the authorization server wants one',
    check: text(),
  }),
  credentialsFile: spec({
    flags: '--credentials-file <file>',
    env: 'VENFLEET_CREDENTIALS_FILE',
    help: 'JSON file with an OAuth2 client for each VEN: {"<VEN>": {"clientId", "clientSecret"}}; implies --role VEN',
    check: text(),
    isPath: true,
  }),
  role: spec({
    flags: '--role <role>',
    env: 'VENFLEET_ROLE',
    help: 'OpenADR: speak as the business (BL, the default) or as the VENs themselves (VEN)',
    check: oneOf(openAdrRoles),
  }),
  clientIdTemplate: spec({
    flags: '--client-id-template <text>',
    env: 'VENFLEET_CLIENT_ID_TEMPLATE',
    help: 'OpenADR 3.1 as BL: clientID of VENs that are created; {ven} stands for the name (default: {ven})',
    check: text(),
  }),
  caFile: spec({
    flags: '--ca-file <file>',
    env: 'VENFLEET_CA_FILE',
    help: "PEM file with the certificate authorities to trust, in place of the system's",
    check: text(),
    isPath: true,
  }),
  certFile: spec({
    flags: '--cert-file <file>',
    env: 'VENFLEET_CERT_FILE',
    help: 'PEM file with the client certificate',
    check: text(),
    isPath: true,
  }),
  keyFile: spec({
    flags: '--key-file <file>',
    env: 'VENFLEET_KEY_FILE',
    help: "PEM file with the client certificate's key",
    check: text(),
    isPath: true,
  }),
  proxy: spec({
    flags: '--proxy <url>',
    env: 'VENFLEET_PROXY',
    help: 'proxy, or none (default: HTTP_PROXY, HTTPS_PROXY, NO_PROXY)',
    check: text(),
  }),
  serviceLocation: spec({
    flags: '--service-location <shape>',
    env: 'VENFLEET_SERVICE_LOCATION',
    help: `${namesOfProfiles(({ takes }) => takes.includes('serviceLocation'))}: how this VTN wants service_location: ${serviceLocationShapes.join(', ')}`,
    check: oneOf(serviceLocationShapes),
    default: 'string',
  }),

  // What to register
  ven: spec({
    flags: '--ven <name>',
    env: 'VENFLEET_VEN',
    help: 'only this VEN; may be given several times',
    helpOf: { deregister: 'required: the VEN to take off; may be given several times' },
    check: textList(),
  }),
  limitVens: spec({
    flags: '--limit-vens <n>',
    env: 'VENFLEET_LIMIT_VENS',
    help: 'only the first N VENs by name',
    check: wholeNumber(...limitVensBounds),
  }),
  includeDisabled: spec({
    flags: '--include-disabled',
    env: 'VENFLEET_INCLUDE_DISABLED',
    help: 'also the loads of disabled sites',
    check: yesOrNo(),
    default: false,
  }),
  dryRun: spec({
    flags: '--dry-run',
    env: 'VENFLEET_DRY_RUN',
    help: 'send nothing, store nothing: say what would be registered, and which rows are broken',
    helpOf: { deregister: 'show what would be removed, and change nothing' },
    check: yesOrNo(),
    default: false,
  }),
  check: spec({
    flags: '--check',
    env: 'VENFLEET_CHECK',
    help: 'ask the VTN for some of the loads that are registered already, also where nothing is to be registered',
    check: yesOrNo(),
    default: false,
  }),

  sameVtn: spec({
    flags: '--same-vtn',
    env: 'VENFLEET_SAME_VTN',
    help: 'take this VTN for the one the ids in the database are of, at another address, if it knows some of them',
    check: yesOrNo(),
    default: false,
  }),
  moveToThisVtn: spec({
    flags: '--move-to-this-vtn',
    env: 'VENFLEET_MOVE_TO_THIS_VTN',
    help: 'forget which loads are registered on another VTN, or were on this one before it was wiped; asks first',
    check: yesOrNo(),
    default: false,
  }),
  maxFailures: spec({
    flags: '--max-failures <n>',
    env: 'VENFLEET_MAX_FAILURES',
    help: 'stop where the first N loads all fail for one reason, and none succeeds (0: never)',
    check: wholeNumber(...maxFailuresBounds),
    default: defaultMaxFailures,
  }),

  failures: spec({
    flags: '--failures <n>',
    env: 'VENFLEET_FAILURES',
    help: 'list the latest N failures',
    check: wholeNumber(...listedBounds),
    default: 10,
  }),

  // A plan
  show: spec({
    flags: '--show <n>',
    env: 'VENFLEET_SHOW',
    help: 'list the first N of each kind (10; with --json all)',
    check: wholeNumber(0, 1_000_000_000),
  }),
  all: spec({
    flags: '--all',
    env: 'VENFLEET_ALL',
    help: 'list all of each kind',
    check: yesOrNo(),
    default: false,
  }),
  yes: spec({
    flags: '--yes',
    env: 'VENFLEET_YES',
    help: 'do it without asking',
    check: yesOrNo(),
    default: false,
  }),
  maxRemovals: spec({
    flags: '--max-removals <n>',
    env: 'VENFLEET_MAX_REMOVALS',
    help: 'refuse to remove more resources than this, per VEN and in all (default: the greater of 10 and 5 %)',
    check: wholeNumber(...maxRemovalsBounds),
  }),

  // How fast
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
  grace: spec({
    flags: '--grace <seconds>',
    env: 'VENFLEET_GRACE',
    help: 'how long the VTN may still be busy with a request whose answer was lost; see docs/reliability.md',
    check: decimalNumber(graceMsBounds[0] / 1000, graceMsBounds[1] / 1000, 'seconds'),
    default: defaultGraceMs / 1000,
  }),

  // A generated fleet
  resources: spec({
    flags: '--resources <n>',
    env: 'VENFLEET_RESOURCES',
    help: 'sites of the generated fleet; each has six loads',
    check: wholeNumber(...fleetSizeBounds.resources),
    default: referenceFleet.resources,
  }),
  vens: spec({
    flags: '--vens <n>',
    env: 'VENFLEET_VENS',
    help: 'VENs of the generated fleet: towns; fewer by default where there are few sites',
    check: wholeNumber(...fleetSizeBounds.vens),
    default: referenceFleet.vens,
  }),
  seed: spec({
    flags: '--seed <n>',
    env: 'VENFLEET_SEED',
    help: 'the same seed gives the same fleet',
    check: wholeNumber(...fleetSizeBounds.seed),
    default: referenceFleet.seed,
  }),
  force: spec({
    flags: '--force',
    env: 'VENFLEET_FORCE',
    help: 'replace the fleet that the database holds, with all that is known of its registration',
    check: yesOrNo(),
    default: false,
  }),

  // The VTN simulator
  port: spec({
    flags: '--port <n>',
    env: 'VENFLEET_PORT',
    help: 'loopback port to listen on; 0: any free one',
    check: wholeNumber(0, 65_535),
    default: 8000,
  }),
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

function spec<const T extends OptionSpec>(definition: T): T {
  return definition;
}

export type OptionName = keyof typeof options;
