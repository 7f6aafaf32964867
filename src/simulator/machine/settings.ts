import { z } from 'zod';
import { badOption } from './bad-option.ts';
import { type SimulatorSwitches, switchesOf } from './switches.ts';

/** Which VTN is played. */
export const dialectNames = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
export type DialectName = (typeof dialectNames)[number];

const client = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  /** Default: BL. */
  role: z.enum(['BL', 'VEN']).exactOptional(),
  /** In place of the scopes of its role. */
  scopes: z.array(z.string()).readonly().exactOptional(),
  /** The ids of the VENs that it acts for (`openadr-3.0`; in 3.1 a VEN belongs to a client by its clientID). */
  venIds: z.array(z.string()).readonly().exactOptional(),
});

/** A client that may ask for a token. */
export type SimulatorClient = Readonly<z.infer<typeof client>>;

const settings = z.object({
  host: z.string().min(1).default('127.0.0.1'),
  /** 0: any free one. */
  port: z.int().min(0).max(65_535).default(0),
  dialect: z.enum(dialectNames).default('flex-gateway'),
  /** What stands before every path, such as `/openadr3`. */
  basePath: z.string().default(''),
  /** Bearer tokens that are accepted. Without these and without `clients`: any that is not empty. */
  tokens: z.array(z.string()).readonly().optional(),
  /** Who may fetch tokens at `/auth/token` (OAuth2 client credentials). */
  clients: z.array(client).readonly().optional(),
  /** The name under which `/auth/token` gives the token. */
  tokenField: z.enum(['access_token', 'access_token_jwt']).default('access_token'),
  /** Seed of all that is drawn: latency, errors, drops, nonsense. */
  seed: z.int().default(1),
});

/** What cannot be changed once the simulator runs. */
export type SimulatorSettings = Readonly<z.output<typeof settings>>;

/** All that a simulator may be started with; each has a default. */
export type SimulatorOptions = Readonly<z.input<typeof settings>> & Partial<SimulatorSwitches>;

/** Tells settings from switches, and fills in the defaults of both. Throws BAD_OPTION. */
export function readOptions(options: SimulatorOptions): {
  settings: SimulatorSettings;
  switches: SimulatorSwitches;
} {
  const rest = Object.entries(options).filter(([name]) => !Object.hasOwn(settings.shape, name));
  const switches = switchesOf(Object.fromEntries(rest));
  const read = settings.safeParse(options);
  if (read.success) return { settings: read.data, switches };
  const [name] = read.error.issues[0]?.path ?? [];
  // The value is not repeated: it may be a secret.
  throw badOption(`this is no value for the simulator's setting "${String(name)}"`);
}
