import { badOption } from './bad-option.ts';
import { type Check, isAmount, isFlag, isShare, listOf, oneOf, wholeNumber } from './checks.ts';

/**
 * Answers to a resource (or VEN) that the VTN already has: 409 with its id, 409 without, a bare 500, the existing
 * object with 200 or 201; or (`accept`) a second one is stored and counted as a duplicate.
 */
export const duplicateAnswers = ['409-id', '409', '500', 'existing-200', 'existing-201', 'accept'] as const;
export type DuplicateAnswer = (typeof duplicateAnswers)[number];

/** The forms of `service_location` (`flex-gateway`). */
export const serviceLocations = ['string', 'object'] as const;

/** An answer that makes no sense, or none at all, in place of the right one; the request is carried out. */
export const nonsenseKinds = [
  /** The right answer, cut off in the middle of its JSON. */
  'truncated-json',
  /** The right status, with a web page. */
  'html',
  /** The right answer without its id. */
  'missing-id',
  /** The right answer with the id of another resource. */
  'repeated-id',
  /** 200 and no body. */
  'empty-200',
  /** 302 to another place. */
  'redirect',
  /** The right status, with 10 MB of text. */
  'huge',
  /** The connection is closed without an answer. */
  'drop',
  /** The connection stays open, and no answer ever comes. */
  'silence',
] as const;
export type NonsenseKind = (typeof nonsenseKinds)[number];

/** A switch: its default, its check, and what it does, as docs/simulator.md says it. */
interface Switch<T> {
  readonly default: T;
  readonly check: Check<T>;
  readonly text: string;
}

const switchOf = <T>(standard: NoInfer<T>, check: Check<T>, text: string): Switch<T> => ({
  default: standard,
  check,
  text,
});

/** What may be changed while the simulator runs. */
export const switchTable = {
  latencyMs: switchOf(
    0,
    isAmount,
    'holds every answer back by this many milliseconds, after the request was carried out',
  ),
  latencyJitterMs: switchOf(
    0,
    isAmount,
    'a further delay, drawn for each answer between 0 and this many milliseconds',
  ),
  workers: switchOf(
    0,
    wholeNumber(0),
    'how many requests are carried out at a time, while others wait in a queue; 0: any number',
  ),
  serviceTimeMs: switchOf(0, isAmount, 'how many milliseconds a worker needs for one request'),
  acceptMs: switchOf(
    0,
    isAmount,
    'answers creations with 202 and an empty body, and carries them out so many milliseconds later; 0: at once',
  ),
  pointsPerSecond: switchOf(
    0,
    isAmount,
    'how many readings a second one worker takes: so long does a worker need for a request with readings, besides `serviceTimeMs`; 0: no time',
  ),
  errorRate: switchOf(0, isShare, 'share (0 to 1) of requests answered with one of `errorStatuses`'),
  errorAfterShare: switchOf(
    0.5,
    isShare,
    'share of those errors that come although the request was carried out',
  ),
  errorStatuses: switchOf([500, 502, 503], listOf(wholeNumber(400, 599), 1), 'the errors to draw from'),
  maxRate: switchOf(0, isAmount, 'requests a second above which it answers 429; 0: no limit'),
  rateModel: switchOf(
    'window',
    oneOf('window', 'bucket'),
    '`window`: counted anew each second; `bucket`: spread evenly',
  ),
  retryAfterS: switchOf(1, isAmount, '`Retry-After` of a 429, in seconds; 0: none is sent'),
  dropRate: switchOf(
    0,
    isShare,
    'share of writes whose connection is closed without an answer, after they were carried out',
  ),
  nonsenseRate: switchOf(0, isShare, 'share of answers replaced by one of `nonsense`'),
  nonsense: switchOf(nonsenseKinds, listOf(oneOf(...nonsenseKinds), 1), 'what to draw from, see below'),
  duplicates: switchOf(
    '409-id',
    oneOf(...duplicateAnswers),
    'what a resource gets that is there already: `409-id` (409 with its id; OpenADR has none, there it is `409`), `409`, `500`, `existing-200`, `existing-201`, `accept` (a second one is stored, and counted)',
  ),
  venDuplicates: switchOf(
    '409-id',
    oneOf('409-id', '409', '500', 'existing-200', 'existing-201'),
    'what a VEN gets that is there already; `accept` is not offered, since VEN names are unique',
  ),
  acceptGzip: switchOf(
    true,
    isFlag,
    'whether it takes request bodies with `Content-Encoding: gzip`; if not, they get 415',
  ),
  shortCount: switchOf(
    0,
    isShare,
    'share of bulk requests of which only the first half of the points is taken, as `entries_created` then says (`flex-gateway`)',
  ),
  forgetRate: switchOf(
    0,
    isShare,
    'share of bulk requests and reports that are answered with 201, and are forgotten',
  ),
  reportDuplicates: switchOf(
    'refuse',
    oneOf('refuse', 'accept'),
    'what becomes of a report whose name another one has (OpenADR): `refuse` (409), `accept` (both are stored)',
  ),
  maxBodyBytes: switchOf(
    0,
    wholeNumber(0),
    'longest body in bytes; 0: as the real server, 2097152 for OpenADR, none for `flex-gateway`. A longer one gets 400 "length limit exceeded" as from OpenLEADR, or 413 (`flex-gateway`); more than 32 MB always gets 413',
  ),
  keepReportsMb: switchOf(
    128,
    isAmount,
    'how many megabytes of intervals of reports are kept (OpenADR); what is beyond is counted alone, see below',
  ),
  serviceLocation: switchOf(
    'string',
    oneOf(...serviceLocations),
    'the form of `service_location` that is taken (`flex-gateway`), the other gets 422: `string`, `object`',
  ),
  unknownVenStatus: switchOf(
    404,
    oneOf(404, 422),
    'what a resource of an unknown VEN gets (`flex-gateway`): 404 or 422',
  ),
  order: switchOf(
    'natural',
    oneOf('natural', 'reverse', 'shuffled'),
    "the order of listings: `natural` (the real server's own), `reverse`, `shuffled` (the same for every page)",
  ),
  partialRate: switchOf(
    0,
    isShare,
    'share of pages of listings that lack their second half, as if nothing were missing',
  ),
  hideEvents: switchOf(
    false,
    isFlag,
    'whether events are kept and not shown: listings are empty, and an event by its id gets 404',
  ),
  deletedEvents: switchOf(
    'cancelled',
    oneOf('cancelled', 'gone'),
    'what becomes of a deleted event (`flex-gateway`): `cancelled` (it stays, with that status), `gone`',
  ),
  webhooks: switchOf(
    true,
    isFlag,
    'whether notifications are sent to the callback URLs of subscriptions (OpenADR). OpenLEADR never does',
  ),
  webhooksAnywhere: switchOf(
    false,
    isFlag,
    'whether they are sent to other machines too; if not, subscriptions from there get 400',
  ),
  webhookAttempts: switchOf(4, wholeNumber(1, 20), 'how often one is tried at most'),
  webhookRetryMs: switchOf(
    200,
    isAmount,
    'how many milliseconds after the first failure it is tried again; then after twice as many, and so on',
  ),
  webhookTimeoutMs: switchOf(10_000, wholeNumber(1), 'how many milliseconds a callback URL has to answer'),
  noticeWords: switchOf(
    'version',
    oneOf('version', 'CREATE', 'POST'),
    'how notifications say what was done: `CREATE`, `UPDATE`, `DELETE`, or `POST`, `PUT`, `DELETE` (subscriptions may then use these words too); `version`: as the specification, the latter in 3.0 and the former in 3.1',
  ),
  noticeLossRate: switchOf(0, isShare, 'share of notifications, by webhook or MQTT, that are not sent'),
  noticeTwiceRate: switchOf(0, isShare, 'share of notifications that are sent twice'),
  notifiersAs: switchOf(
    'specification',
    oneOf('specification', 'openleadr'),
    'how notifiers are told (3.1): as the specification has it; or as OpenLEADR, which names topics of VENs on which it does not publish, spells a method of authentication in its own way, does not mention webhooks, and adds an `id` to notifications',
  ),
  mqttRefuse: switchOf(false, isFlag, 'whether the MQTT broker refuses those who want to connect (3.1)'),
  tokenLifetimeS: switchOf(3600, isAmount, 'lifetime of tokens that it gives out, in seconds'),
  badTokenStatus: switchOf(
    0,
    oneOf(0, 401, 403),
    'what a wrong or expired token gets: 401, 403; 0: as the real server does',
  ),
};

type SwitchTable = typeof switchTable;
export type SimulatorSwitches = {
  -readonly [K in keyof SwitchTable]: SwitchTable[K] extends Switch<infer T> ? T : never;
};

/** The switches as given, and the defaults for the rest. Throws BAD_OPTION for an unknown or wrong one. */
export function switchesOf(given: Readonly<Record<string, unknown>>): SimulatorSwitches {
  const defaults = Object.entries(switchTable).map(([name, one]) => [name, one.default]);
  const switches = Object.fromEntries(defaults) as SimulatorSwitches;
  changeSwitches(switches, given);
  return switches;
}

/** Changes some switches, all of them or (BAD_OPTION) none. */
export function changeSwitches(
  switches: SimulatorSwitches,
  changes: Readonly<Record<string, unknown>>,
): void {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(switchTable, name)) throw badOption(`the VTN simulator has no switch "${name}"`);
    if (!switchTable[name as keyof SwitchTable].check(value)) {
      throw badOption(`${JSON.stringify(value)} is no value for the simulator's switch "${name}"`);
    }
  }
  Object.assign(switches, Object.fromEntries(given));
}
