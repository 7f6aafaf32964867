import { badOption } from './bad-option.ts';
import { type Check, isText, listOf, oneOf, optional, wholeNumber } from './checks.ts';
import { type SimulatorSwitches, switchesOf } from './switches.ts';

/** Which VTN is played. */
export const dialectNames = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
export type DialectName = (typeof dialectNames)[number];

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

/** What cannot be changed once the simulator runs. */
export interface SimulatorSettings {
  /** Default 127.0.0.1. */
  readonly host: string;
  /** 0 (the default): any free one. */
  readonly port: number;
  /** Default `flex-gateway`. */
  readonly dialect: DialectName;
  /** What stands before every path, such as `/openadr3`. Default: nothing. */
  readonly basePath: string;
  /** Bearer tokens that are accepted. Without these and without `clients`: any that is not empty. */
  readonly tokens?: readonly string[] | undefined;
  /** Who may fetch tokens at `/auth/token` (OAuth2 client credentials). */
  readonly clients?: readonly SimulatorClient[] | undefined;
  /** The name under which `/auth/token` gives the token. Default `access_token`. */
  readonly tokenField: 'access_token' | 'access_token_jwt';
  /** Seed of all that is drawn: latency, errors, drops, nonsense. Default 1. */
  readonly seed: number;
  /** Where the VTN's own MQTT broker listens (`openadr-3.1`); 0: any free port. Default: there is none. */
  readonly mqttPort?: number | undefined;
  /** Who may connect to it: anybody, or who has a token as password. Default `ANONYMOUS`. */
  readonly mqttAuthentication: 'ANONYMOUS' | 'OAUTH2_BEARER_TOKEN';
  /** What stands before every topic, such as `openadr3/3.1.0/`. Default: nothing. */
  readonly mqttTopicPrefix: string;
}

/** All that a simulator may be started with. */
export type SimulatorOptions = Partial<SimulatorSettings> & Partial<SimulatorSwitches>;

const defaults: SimulatorSettings = {
  host: '127.0.0.1',
  port: 0,
  dialect: 'flex-gateway',
  basePath: '',
  tokenField: 'access_token',
  seed: 1,
  mqttAuthentication: 'ANONYMOUS',
  mqttTopicPrefix: '',
};

const isClient: Check<SimulatorClient> = (value): value is SimulatorClient => {
  if (typeof value !== 'object' || value === null) return false;
  const { clientId, clientSecret, role, scopes, venIds } = value as Record<string, unknown>;
  const lists = [scopes, venIds].every(optional(listOf(isText)));
  return isText(clientId) && isText(clientSecret) && optional(oneOf('BL', 'VEN'))(role) && lists;
};

const checks: { readonly [K in keyof SimulatorSettings]-?: Check<SimulatorSettings[K]> } = {
  host: isText,
  port: wholeNumber(0, 65_535),
  dialect: oneOf(...dialectNames),
  basePath: isText,
  tokens: optional(listOf(isText)),
  clients: optional(listOf(isClient)),
  tokenField: oneOf('access_token', 'access_token_jwt'),
  seed: wholeNumber(-Infinity),
  mqttPort: optional(wholeNumber(0, 65_535)),
  mqttAuthentication: oneOf('ANONYMOUS', 'OAUTH2_BEARER_TOKEN'),
  mqttTopicPrefix: isText,
};

/** Tells settings from switches, and fills in the defaults of both. Throws BAD_OPTION. */
export function readOptions(options: SimulatorOptions): {
  settings: SimulatorSettings;
  switches: SimulatorSwitches;
} {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const [ofSettings, ofSwitches] = [true, false].map((wanted) =>
    Object.fromEntries(given.filter(([name]) => Object.hasOwn(checks, name) === wanted)),
  );
  for (const [name, value] of Object.entries(ofSettings as object)) {
    if (checks[name as keyof SimulatorSettings](value)) continue;
    // The value is not repeated: it may be a secret.
    throw badOption(`this is no value for the simulator's setting "${name}"`);
  }
  return { settings: { ...defaults, ...ofSettings }, switches: switchesOf(ofSwitches ?? {}) };
}
