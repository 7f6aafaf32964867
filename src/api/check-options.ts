import { z } from 'zod';
import { VenfleetError } from '../core/errors.ts';
import type { PacingChoice } from '../delivery/pacing/pacing-choice.ts';
import { profileNames } from '../profiles/choose-profile.ts';

/*
 * What programs hand to the library: a misspelt option would silently do nothing, and a wrong value would fail
 * somewhere below, in words of another's. What is checked where it is used, is only named here.
 */

/** A check for each option, none forgotten and none besides. */
export type Checks<T> = { readonly [K in keyof Required<T>]: z.ZodType };

export const text = z.string().min(1).optional();
export const flag = z.boolean().optional();
export const call = z.function().optional();
const object = z.object({}).optional();
const whole = (least: number, most: number) => z.int().min(least).max(most);

const capped = { maxRate: z.number().positive().optional() };
const pacing: z.ZodType<PacingChoice> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('adaptive'), ...capped }),
  z.strictObject({ kind: z.literal('window'), concurrency: whole(1, 10_000), ...capped }),
  z.strictObject({
    kind: z.literal('batch'),
    batchSize: whole(1, 10_000),
    delaySeconds: z.number().min(0).max(3_600),
    ...capped,
  }),
]);

// What else they carry is the caller's own.
const credentials = z.object({ clientId: z.string(), clientSecret: z.string() });

/** What all functions take that speak to a VTN. */
export const vtnChecks = {
  vtnUrl: z.string(),
  bearerToken: z.string().optional(),
  credentials: credentials.optional(),
  venCredentials: z.record(z.string(), credentials).optional(),
  tokenUrl: text,
  authStyle: z.enum(['form', 'basic']).optional(),
  oauthScope: z.string().optional(),
  audience: z.string().optional(),
  tls: object,
  profile: z.enum(profileNames).optional(),
  serviceLocation: z.enum(['string', 'object']).optional(),
  role: z.enum(['BL', 'VEN']).optional(),
  clientIdTemplate: z.string().optional(),
  dbPath: text,
  scope: z
    .strictObject({ vens: z.array(z.string()).optional(), limitVens: whole(1, 1_000_000_000).optional() })
    .optional(),
  pacing: pacing.optional(),
  includeDisabled: flag,
  retry: object,
  signal: z.instanceof(AbortSignal).optional(),
};

export const waitingChecks = { wait: flag, onWaiting: call };

export const names = z.array(z.string());
export const counted = whole(0, 1_000_000_000).optional();

/** Checks what a program gives to one of the library's functions. Throws BAD_ARGUMENT, which repeats no value. */
export function checkOptions(
  name: string,
  checks: Readonly<Record<string, z.ZodType>>,
  options: unknown,
): void {
  const { error } = z.strictObject(checks).safeParse(options);
  if (!error) return;
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new VenfleetError('BAD_ARGUMENT', {
    function: name,
    problem: `${path ? `"${path}": ` : ''}${issue?.message ?? 'wrong options'}`,
  });
}
