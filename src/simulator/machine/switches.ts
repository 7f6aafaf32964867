import { VenfleetError } from '../../core/errors.ts';

/** Which VTN is played. */
export type DialectName = 'flex-gateway' | 'openadr-3.0' | 'openadr-3.1';

/**
 * What a VTN says to a resource (or VEN) that it has already: 409 with its id, 409 without, a bare 500, the
 * existing object with 200 or 201, or (`accept`) it stores a second one and counts a duplicate.
 */
export type DuplicateAnswer = '409-id' | '409' | '500' | 'existing-200' | 'existing-201' | 'accept';

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
  /** The right status, with text without end (10 MB). */
  'huge',
  /** The connection is closed without an answer. */
  'drop',
  /** The connection stays open, and no answer ever comes. */
  'silence',
] as const;
export type NonsenseKind = (typeof nonsenseKinds)[number];

/** What may be changed while the simulator runs. */
export interface SimulatorSwitches {
  /** Every answer is held back by this long, in milliseconds, after the request has been carried out. */
  latencyMs: number;
  /** A further delay, drawn for each answer between 0 and this many milliseconds. */
  latencyJitterMs: number;
  /** How many requests are carried out at a time; others wait in a queue without bounds. 0: any number. */
  workers: number;
  /** Milliseconds that a worker needs for one request, before it is carried out. */
  serviceTimeMs: number;
  /** Share (0 to 1) of requests that are answered with one of `errorStatuses`. */
  errorRate: number;
  /** Share (0 to 1) of those errors that come although the request was carried out. */
  errorAfterShare: number;
  errorStatuses: readonly number[];
  /** Requests per second; those above it get 429. 0: no bound. */
  maxRate: number;
  /** `window`: so many in each second; `bucket`: evenly, with a burst of a tenth of a second's worth. */
  rateModel: 'window' | 'bucket';
  /** `Retry-After` of a 429, in seconds; 0: none is sent. */
  retryAfterS: number;
  /** Share (0 to 1) of writes whose connection is closed after they were carried out, without an answer. */
  dropRate: number;
  /** Share (0 to 1) of answers replaced by one of `nonsense`. */
  nonsenseRate: number;
  nonsense: readonly NonsenseKind[];
  /** What a resource gets that is there already. OpenADR knows no 409 with an id: there `409-id` is `409`. */
  duplicates: DuplicateAnswer;
  /** What a VEN gets that is there already (`accept` is not offered: VEN names are unique). */
  venDuplicates: Exclude<DuplicateAnswer, 'accept'>;
  /** The form of `service_location` that is taken (`flex-gateway`). */
  serviceLocation: 'string' | 'object';
  /** What a resource of an unknown VEN gets (`flex-gateway`). */
  unknownVenStatus: 404 | 422;
  /**
   * The order of listings, none of which is promised by any VTN: `natural` is the real server's own, `reverse`
   * the other way round, `shuffled` any that stays the same between pages.
   */
  order: 'natural' | 'reverse' | 'shuffled';
  /** Lifetime of tokens issued from now on, in seconds. */
  tokenLifetimeS: number;
  /** What an expired or unknown token gets; 0: as the real server does (401, or 403 as OpenLEADR). */
  badTokenStatus: 0 | 401 | 403;
}

/** A client that may ask for a token. */
export interface SimulatorClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Default: BL. */
  readonly role?: 'BL' | 'VEN';
  /** In place of the scopes of its role. */
  readonly scopes?: readonly string[];
  /** The ids of the VENs that it acts for (`openadr-3.0`; in 3.1 a VEN belongs to a client by its clientID). */
  readonly venIds?: readonly string[];
}

export interface SimulatorOptions extends Partial<SimulatorSwitches> {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 (the default): any free one. */
  readonly port?: number;
  /** Default `flex-gateway`. */
  readonly dialect?: DialectName;
  /** What stands before every path, such as `/openadr3`. Default: nothing. */
  readonly basePath?: string;
  /** Bearer tokens that are accepted. Without these and without `clients`: any that is not empty. */
  readonly tokens?: readonly string[];
  /** Who may fetch tokens at `/auth/token` (OAuth2 client credentials). */
  readonly clients?: readonly SimulatorClient[];
  /** The name under which `/auth/token` gives the token. Default `access_token`. */
  readonly tokenField?: 'access_token' | 'access_token_jwt';
  /** Seed of all that is drawn (a whole number): latency, errors, drops, nonsense. Default 1. */
  readonly seed?: number;
}

const share = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const notNegative = (value: unknown) => typeof value === 'number' && value >= 0 && value < Infinity;
const oneOf =
  (...values: unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const listOf = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(check);
const isError = (value: unknown) => Number.isInteger(value) && Number(value) >= 400 && Number(value) < 600;
const isNonsense = (value: unknown) => (nonsenseKinds as readonly unknown[]).includes(value);

type SwitchTable = {
  [K in keyof SimulatorSwitches]: readonly [
    standard: SimulatorSwitches[K],
    check: (value: unknown) => boolean,
  ];
};

const table: SwitchTable = {
  latencyMs: [0, notNegative],
  latencyJitterMs: [0, notNegative],
  workers: [0, (value) => Number.isInteger(value) && notNegative(value)],
  serviceTimeMs: [0, notNegative],
  errorRate: [0, share],
  errorAfterShare: [0.5, share],
  errorStatuses: [[500, 502, 503], listOf(isError)],
  maxRate: [0, notNegative],
  rateModel: ['window', oneOf('window', 'bucket')],
  retryAfterS: [1, notNegative],
  dropRate: [0, share],
  nonsenseRate: [0, share],
  nonsense: [nonsenseKinds, listOf(isNonsense)],
  duplicates: ['409-id', oneOf('409-id', '409', '500', 'existing-200', 'existing-201', 'accept')],
  venDuplicates: ['409-id', oneOf('409-id', '409', '500', 'existing-200', 'existing-201')],
  serviceLocation: ['string', oneOf('string', 'object')],
  unknownVenStatus: [404, oneOf(404, 422)],
  order: ['natural', oneOf('natural', 'reverse', 'shuffled')],
  tokenLifetimeS: [3600, notNegative],
  badTokenStatus: [0, oneOf(0, 401, 403)],
};

const others = ['host', 'port', 'dialect', 'basePath', 'tokens', 'clients', 'tokenField', 'seed'];

/** The switches as given, and the defaults for the rest. Throws BAD_OPTION for an unknown or wrong one. */
export function switchesOf(options: SimulatorOptions): SimulatorSwitches {
  const switches = Object.fromEntries(Object.entries(table).map(([name, [standard]]) => [name, standard]));
  const given = Object.entries(options).filter(([name]) => !others.includes(name));
  changeSwitches(switches as unknown as SimulatorSwitches, Object.fromEntries(given));
  return switches as unknown as SimulatorSwitches;
}

/** Changes some switches, all of them or (BAD_OPTION) none. */
export function changeSwitches(
  switches: SimulatorSwitches,
  changes: Readonly<Record<string, unknown>>,
): void {
  const known = Object.entries(changes).filter(([, value]) => value !== undefined);
  for (const [name, value] of known) {
    const entry = Object.hasOwn(table, name) ? table[name as keyof SimulatorSwitches] : undefined;
    if (!entry) throw badOption(`the VTN simulator has no switch "${name}"`);
    if (!entry[1](value)) {
      throw badOption(`${JSON.stringify(value)} is no value for the simulator's switch "${name}"`);
    }
  }
  Object.assign(switches, Object.fromEntries(known));
}

function badOption(problem: string): VenfleetError {
  return new VenfleetError('BAD_OPTION', { problem, command: 'vtn' });
}
