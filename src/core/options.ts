import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { VenfleetError } from './errors.ts';

/**
 * One option, said once: from this come its flag, its environment variable, its place in the configuration
 * file, its check, its default and its help.
 */
export interface OptionSpec<T = unknown> {
  /** As commander writes it: `--vtn-url <url>`. Absent: the option has no flag, as secrets have none. */
  readonly flags?: string;
  /** Environment variable. */
  readonly env: string;
  readonly help: string;
  /** Help of commands for which it is another, by their names. */
  readonly helpOf?: Readonly<Record<string, string>>;
  /** The heading under which the help of these commands shows it, where that is another. */
  readonly headingOf?: Readonly<Record<string, string>>;
  /** Takes what a flag or variable gives (a text; `true` for a flag without value) or a file's JSON value. */
  readonly check: z.ZodType<T>;
  /** Undefined: none. */
  readonly default?: T;
  /** Commands, by their names, that take no notice of the default: left out, it means nothing to them (`sourceOf`). */
  readonly noDefaultIn?: readonly string[];
  /** It is the path of a file; in a configuration file, one that is relative is so to that file. */
  readonly isPath?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export type OptionSource = 'flag' | 'environment' | 'file' | 'default';

/** The values of a table's options; undefined where nothing gives one. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends OptionSpec<infer V>
    ? T[K] extends { readonly default: unknown }
      ? V
      : V | undefined
    : never;
};

/** Values, and where each comes from. */
export interface ResolvedOptions<T extends OptionTable> {
  readonly values: OptionValues<T>;
  sourceOf(name: keyof T): OptionSource | undefined;
  /**
   * Of these options, the ones that are given nearest to the command line: those with a flag, else those with a
   * variable, else those in the file. None where none is given: a default counts as not given.
   */
  nearest<K extends keyof T>(...names: readonly K[]): ReadonlySet<K>;
}

export interface OptionInputs {
  /** The command's name, for the hint. */
  readonly command: string;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The configuration file, parsed, with its path. */
  readonly file?: { readonly path: string; readonly values: Readonly<Record<string, unknown>> } | undefined;
}

/**
 * Takes each option from the first place that gives it: flag, environment variable, configuration file,
 * default. Throws BAD_OPTION or BAD_CONFIG for a value that does not pass its check; the value itself is
 * not repeated, since it may be a secret that slipped into the wrong place.
 */
export function resolveOptions<T extends OptionTable>(table: T, inputs: OptionInputs): ResolvedOptions<T> {
  const values: Record<string, unknown> = {};
  const sources: Record<string, OptionSource> = {};
  for (const [name, spec] of Object.entries(table)) {
    const found = locate(name, spec, inputs);
    if (found === undefined) {
      if (spec.default === undefined) continue;
      values[name] = spec.default;
      sources[name] = 'default';
      continue;
    }
    const parsed = spec.check.safeParse(found.value);
    if (!parsed.success) throw found.error(parsed.error.issues[0]?.message ?? 'is not valid');
    values[name] = spec.isPath && found.source === 'file' ? besideConfig(parsed.data, inputs) : parsed.data;
    sources[name] = found.source;
  }
  const sourceOf = (name: keyof T) => sources[name as string];
  return {
    values: values as OptionValues<T>,
    sourceOf,
    nearest(...names) {
      const given = givenBy.map((source) => names.filter((name) => sourceOf(name) === source));
      return new Set(given.find((found) => found.length > 0));
    },
  };
}

/** A path of the configuration file, as one of the current folder; no other text is made a path. */
function besideConfig(value: unknown, { file }: OptionInputs): unknown {
  const folder = dirname(file?.path ?? '');
  const isPath = typeof value === 'string' && !isAbsolute(value) && !/^(file:|:memory:$)/i.test(value);
  return isPath && folder !== '.' ? join(folder, value) : value;
}

/** The sources of what somebody gave, from the nearest on. */
const givenBy: readonly OptionSource[] = ['flag', 'environment', 'file'];

function locate(name: string, spec: OptionSpec, { command, flags, env, file }: OptionInputs) {
  const badOption = (label: string) => (problem: string) =>
    new VenfleetError('BAD_OPTION', { problem: `${label}: ${problem}.`, command });
  if (flags[name] !== undefined) {
    return {
      value: flags[name],
      source: 'flag' as const,
      error: badOption(spec.flags?.split(' ')[0] ?? name),
    };
  }
  const variable = env[spec.env];
  if (variable !== undefined && variable !== '') {
    return { value: variable, source: 'environment' as const, error: badOption(spec.env) };
  }
  if (file && file.values[name] !== undefined) {
    const error = (problem: string) =>
      new VenfleetError('BAD_CONFIG', { path: file.path, problem: `"${name}": ${problem}.` });
    return { value: file.values[name], source: 'file' as const, error };
  }
  return undefined;
}

/** A whole number from `least` to `most`, as a number or its digits. */
export function wholeNumber(least: number, most: number) {
  return numberOf(
    /^\d+$/,
    `must be a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && value >= least && value <= most,
  );
}

/** A number from `least` to `most`, decimals allowed. */
export function decimalNumber(least: number, most: number, unit = '') {
  const text = `must be a number ${most === Infinity ? `from ${least}` : `from ${least} to ${most}`}${unit && ` (${unit})`}`;
  return numberOf(/^\d+(\.\d+)?$/, text, (value) => value >= least && value <= most);
}

function numberOf(pattern: RegExp, message: string, inRange: (value: number) => boolean) {
  return z
    .union([z.number(), z.string().trim().regex(pattern).transform(Number)], { error: message })
    .refine(inRange, { error: message });
}

/** Yes or no: `true`/`false`, or as a text also 1/0 and yes/no. */
export function yesOrNo() {
  return z.union([z.boolean(), z.stringbool()], { error: 'must be true or false' });
}

/** A text that is not empty. */
export function text() {
  return z.string({ error: 'must be a text' }).trim().min(1, { error: 'must not be empty' });
}

/** One of some words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `must be one of ${words.join(', ')}` });
}

/** An instant: a date (its midnight, UTC), or a date and time with its zone; one without would be another elsewhere. */
export function instant() {
  const error = 'must be a date (2025-06-01, UTC) or a time with its zone (2025-06-01T00:00:00Z)';
  return z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], { error })
    .transform((value) => new Date(value));
}

/** An instant, or the word `now`. */
export function instantOrNow() {
  const error = 'must be "now", a date (2025-06-01, UTC) or a time with its zone (2025-06-01T00:00:00Z)';
  return z.union([z.literal('now'), instant()], { error });
}

/** A duration of ISO 8601, as a text. */
export function durationText() {
  const form = /^P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;
  return z.string().trim().regex(form, { error: 'must be a duration of ISO 8601, such as PT15M' });
}

/** A list of words, each one of these. */
export function listOf<const T extends readonly [string, ...string[]]>(words: T) {
  return textList().pipe(z.array(z.enum(words, { error: `must be of ${words.join(', ')}` })).nonempty());
}

/** A list of texts: a JSON list, a repeated flag, or one text with commas. */
export function textList() {
  const split = (value: string) => value.split(',').map((part) => part.trim());
  return z.union([z.array(text()), z.string().transform(split).pipe(z.array(text()))], {
    error: 'must be a list of texts that are not empty',
  });
}
