import { z } from 'zod';
import { VenfleetError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { PacingChoice } from '../delivery/pacing/pacing-choice.ts';
import type { VtnOptions } from './connect-vtn.ts';
import {
  authStyles,
  type Bounds,
  defaultProfile,
  graceMsBounds,
  limitVensBounds,
  listedBounds,
  namesOfProfiles,
  openAdrRoles,
  otherVtnChoices,
  pacingBounds,
  profileNamed,
  profileNames,
  serviceLocationShapes,
} from './option-values.ts';

/*
 * What programs hand to the library: a misspelt option would silently do nothing, and a wrong value would fail
 * somewhere below, in words of another's. What is checked where it is used, is only named here.
 */

/** A check for each option, none forgotten and none besides. */
export type Checks<T> = { readonly [K in keyof Required<T>]: z.ZodType };

export const text = z.string().min(1).optional();
export const flag = z.boolean().optional();
export const call = z.function().optional();
export const signal = z.instanceof(AbortSignal).optional();
export const log = z.custom<Logger>(isLogger, { error: 'must have debug, info, warn and error' }).optional();
const object = z.object({}).optional();
export const whole = ([least, most]: Bounds) => z.int().min(least).max(most);
const decimal = ([least, most]: Bounds) => z.number().min(least).max(most);

const capped = { maxRate: decimal(pacingBounds.maxRate).positive().optional() };
const pacing: z.ZodType<PacingChoice> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('adaptive'), ...capped }),
  z.strictObject({ kind: z.literal('window'), concurrency: whole(pacingBounds.concurrency), ...capped }),
  z.strictObject({
    kind: z.literal('batch'),
    batchSize: whole(pacingBounds.batchSize),
    delaySeconds: decimal(pacingBounds.delaySeconds),
    ...capped,
  }),
]);

// What else they carry is the caller's own.
const credentials = z.object({ clientId: z.string(), clientSecret: z.string() });

/** What all functions take that speak to a VTN. */
export const vtnChecks = {
  vtnUrl: z.string(),
  bearerToken: z.union([z.string(), z.function()]).optional(),
  credentials: credentials.optional(),
  venCredentials: z.record(z.string(), credentials).optional(),
  tokenUrl: text,
  authStyle: z.enum(authStyles).optional(),
  oauthScope: z.string().optional(),
  audience: z.string().optional(),
  tls: object,
  proxy: text,
  profile: z.enum(profileNames).optional(),
  serviceLocation: z.enum(serviceLocationShapes).optional(),
  role: z.enum(openAdrRoles).optional(),
  clientIdTemplate: z.string().optional(),
  dbPath: text,
  scope: z
    .strictObject({ vens: z.array(z.string()).optional(), limitVens: whole(limitVensBounds).optional() })
    .optional(),
  pacing: pacing.optional(),
  includeDisabled: flag,
  retry: z.object({ graceMs: decimal(graceMsBounds).optional() }).optional(),
  signal,
  log,
  onAskedToWait: call,
  onRequest: call,
  onToken: call,
};

export const waitingChecks = { wait: flag, onWaiting: call };

export const otherVtnChecks = { ifOtherVtn: z.enum(otherVtnChoices).optional(), confirmMove: call };

export const names = z.array(z.string());
export const counted = whole(listedBounds).optional();

function isLogger(value: unknown): boolean {
  const methods = ['debug', 'info', 'warn', 'error'] as const;
  return (
    typeof value === 'object' &&
    value !== null &&
    methods.every((name) => typeof (value as Partial<Logger>)[name] === 'function')
  );
}

/** Checks what a program gives to one of the library's functions. Throws BAD_ARGUMENT, which repeats no value. */
export function checkOptions(
  name: string,
  checks: Readonly<Record<string, z.ZodType>>,
  options: unknown,
): void {
  const { error } = z.strictObject(checks).safeParse(options);
  if (!error) {
    if ('profile' in checks) throwIfUnused(name, options as VtnOptions);
    return;
  }
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new VenfleetError('BAD_ARGUMENT', {
    function: name,
    problem: `${path ? `"${path}": ` : ''}${issue?.message ?? 'wrong options'}`,
  });
}

/** Options that not every profile has a use for. */
const ofSomeProfiles = ['serviceLocation', 'role', 'clientIdTemplate', 'venCredentials'] as const;

/** Refuses what the profile has no use for: it would silently do nothing. Throws BAD_ARGUMENT. */
export function throwIfUnused(
  name: string,
  options: Partial<Pick<VtnOptions, 'profile' | (typeof ofSomeProfiles)[number]>>,
): void {
  const { profile = defaultProfile } = options;
  const { takes } = profileNamed(profile);
  const unused = ofSomeProfiles.find((one) => options[one] !== undefined && !takes.includes(one));
  if (unused === undefined) return;
  const having = namesOfProfiles((one) => one.takes.includes(unused));
  const problem = `"${unused}" is for profile ${having}, and ${profile} has no use for it`;
  throw new VenfleetError('BAD_ARGUMENT', { function: name, problem });
}
