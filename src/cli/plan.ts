import { leavesSomething, plan as makePlan, type PlanOptions } from '../api/plan.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { heading } from './heading.ts';
import { venScope } from './options/job.ts';
import { pacingChoice, pacingNames } from './options/pacing.ts';
import { vtnAccess, vtnAccessNames } from './options/vtn-access.ts';
import { createListing } from './render/listing.ts';
import { print, printJson, tell } from './render/output.ts';
import { planJsonValue, planText } from './render/plan.ts';
import { spelledTwiceWarning } from './render/spelled-twice.ts';

/** The options of whatever compares the database with the VTN. */
export const comparingOptions = [
  'db',
  'ven',
  'limitVens',
  'includeDisabled',
  ...pacingNames,
  'json',
  ...vtnAccessNames,
] as const;

const planOptions = [...comparingOptions, 'show', 'all'] as const;

export const plan: CommandDefinition<(typeof planOptions)[number]> = {
  name: 'plan',
  description:
    'Lists what the VTN holds and says what "venfleet apply" would create (+), update (~), remove (-) and correct ' +
    'in the database (=), what only a person can decide (!), and which resources are not ours (?): those are never ' +
    'touched. See docs/plan-and-apply.md.\n\n' +
    'Exit code: 0 "venfleet apply" can do all of it, 1 something would be left (conflicts, VENs that could not ' +
    'be listed), 2 wrong use or a bad environment, 130 interrupted.',
  options: planOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet plan --vtn-url http://localhost:8000',
    'venfleet plan --ven Aalborg --all',
    'venfleet plan --json --show 0 | jq .counts',
  ],
  run: (context) => runPlan(context),
};

/**
 * Plans as the options say, and prints the plan; returns the exit code, which is that of carrying it out without a
 * failure. `nothing`: what is said in place of a plan without changes.
 */
export async function runPlan(
  context: CommandContext<(typeof planOptions)[number]>,
  nothing?: string,
  own: Pick<PlanOptions, 'removeAll'> = {},
): Promise<number> {
  const listing = createListing({ json: context.values.json, heading: () => heading(context.values) });
  const found = await makePlan({
    ...comparison(context),
    ...own,
    onListing: listing.onListing,
    onAskedToWait: listing.onAskedToWait,
  }).finally(listing.stop);
  if (found.interrupted) {
    listing.interrupted();
    return 130;
  }
  const show = shown(context.values);
  if (context.values.json) printJson(planJsonValue(found, show));
  else print(planText(found, show, nothing));
  return leavesSomething(found) ? 1 : 0;
}

/** What the options say of what to compare. */
export function comparison(context: CommandContext<(typeof comparingOptions)[number]>): PlanOptions {
  const { values, signal, log } = context;
  return {
    ...vtnAccess(context),
    dbPath: values.db,
    scope: venScope(values),
    includeDisabled: values.includeDisabled,
    pacing: pacingChoice(context),
    onSpelledTwice: (names) => tell(spelledTwiceWarning(names)),
    signal,
    log,
  };
}

/** How many of each kind to list. */
export function shown(values: { show?: number | undefined; all: boolean; json: boolean }): number {
  return values.all
    ? Number.POSITIVE_INFINITY
    : (values.show ?? (values.json ? Number.POSITIVE_INFINITY : 10));
}
