import { z } from 'zod';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { visible } from '../../core/visible.ts';
import { type DailyTimes, isTimeZone } from './daily-times.ts';
import { defaultPolicy, type EventPolicy, type LevelParts } from './policy.ts';

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const name = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' });
const names = z.array(name, { error: 'must be a list of texts' });
const someNames = names.min(1, { error: 'must not be empty' });
const part = z
  .number({ error: 'must be a number from 0 to 1' })
  .min(0, { error: 'must be a number from 0 to 1' })
  .max(1, { error: 'must be a number from 0 to 1' });
const timeZone = name.refine(isTimeZone, { error: 'must be an IANA time zone, e.g. Europe/Copenhagen' });

const times = z.strictObject(
  {
    from: z.string({ error: 'must be a time, e.g. 22:00' }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, {
      error: 'must be a time from 00:00 to 23:59',
    }),
    until: z.string({ error: 'must be a time, e.g. 06:00' }).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, {
      error: 'must be a time from 00:00 to 24:00',
    }),
    days: z
      .array(z.enum(days, { error: `must be one of ${days.join(', ')}` }), {
        error: 'must be a list of days',
      })
      .min(1, { error: 'must not be empty' })
      .optional(),
    timeZone: timeZone.optional(),
  },
  { error: 'must be an object with "from" and "until"' },
);

const optOut = z
  .strictObject(
    {
      vens: someNames.optional(),
      sites: someNames.optional(),
      loads: someNames.optional(),
      components: someNames.optional(),
      times: z
        .array(times, { error: 'must be a list of times' })
        .min(1, { error: 'must not be empty' })
        .optional(),
      reason: name.optional(),
    },
    { error: 'must be an object' },
  )
  .refine(({ reason: _, ...who }) => Object.values(who).some((given) => given !== undefined), {
    error: 'must name vens, sites, loads, components or times: it would be for all loads, always',
  });

const levels = z
  .tuple([part, part, part, part], { error: 'must be a list of four numbers, for SIMPLE 0, 1, 2 and 3' })
  .refine((parts) => parts.every((value, level) => level === 0 || value <= (parts[level - 1] as number)), {
    error: 'must not rise from one level to the next',
  });

const shape = z.strictObject(
  {
    timeZone: timeZone.optional(),
    components: someNames.optional(),
    optOuts: z.array(optOut, { error: 'must be a list' }).optional(),
    levels: z.record(name, levels, { error: 'must be an object, by component' }).optional(),
    powerShares: z
      .record(name, part.positive({ error: 'must be above 0' }), { error: 'must be an object, by component' })
      .optional(),
    curtailmentOrder: names
      .refine((order) => new Set(order).size === order.length, { error: 'must name each component once' })
      .optional(),
    ignoredPayloads: names.optional(),
  },
  { error: 'must be an object' },
);

type PolicyFile = z.infer<typeof shape>;

/**
 * A policy from a file's text, or from the same as an object; `path` is how errors call it. What it leaves out is as in
 * `defaultPolicy`. Throws EVENT_POLICY with the first thing that is wrong, and where.
 */
export function readPolicy(given: string | object, path: string): EventPolicy {
  const fail = (problem: string) => new VenfleetError('EVENT_POLICY', { path, problem: visible(problem) });
  let value: unknown = given;
  if (typeof given === 'string') {
    try {
      value = JSON.parse(given);
    } catch (error) {
      throw fail(`it is not JSON: ${describeError(error)}`);
    }
  }
  const read = shape.safeParse(value);
  if (!read.success) throw fail(described(read.error.issues[0] as z.core.$ZodIssue));
  const file = read.data;
  const optOuts = file.optOuts?.map((entry, at) => ({
    vens: entry.vens,
    sites: entry.sites,
    loads: entry.loads,
    components: entry.components,
    times: entry.times?.map((one, nth) => {
      const read = dailyTimes(one, file.timeZone);
      if (typeof read === 'string') throw fail(`optOuts[${at}].times[${nth}] ${read}`);
      return read;
    }),
    reason: entry.reason,
  }));
  return {
    components: file.components ?? defaultPolicy.components,
    optOuts: optOuts ?? defaultPolicy.optOuts,
    levels: new Map([...defaultPolicy.levels, ...entries<LevelParts>(file.levels)]),
    powerShares: new Map([...defaultPolicy.powerShares, ...entries(file.powerShares)]),
    curtailmentOrder: file.curtailmentOrder ?? defaultPolicy.curtailmentOrder,
    ignoredPayloads: file.ignoredPayloads ?? defaultPolicy.ignoredPayloads,
  };
}

function entries<T>(record: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(record ?? {});
}

/** The times as they are reckoned with, or what is wrong with them. */
function dailyTimes(given: z.infer<typeof times>, zoneOfAll: PolicyFile['timeZone']): DailyTimes | string {
  const timeZone = given.timeZone ?? zoneOfAll;
  // UTC by default would be an hour or two off, and nobody would notice.
  if (timeZone === undefined) return 'needs a "timeZone", its own or that of the policy';
  if (given.from === given.until) return 'ends when it begins: the whole day is 00:00 to 24:00';
  const weekdays = (given.days ?? days).map((day) => days.indexOf(day));
  return { fromMinute: minuteOf(given.from), untilMinute: minuteOf(given.until), weekdays, timeZone };
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}

/** `optOuts[0].vens must be a list of texts`. */
function described(issue: z.core.$ZodIssue): string {
  const where = issue.path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  const what =
    issue.code === 'unrecognized_keys'
      ? `has an unknown key ${JSON.stringify(issue.keys[0])}`
      : issue.message;
  return `${where || 'it'} ${what}`;
}
