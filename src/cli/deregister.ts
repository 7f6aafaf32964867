import { deregister as deregisterVens } from '../api/apply.ts';
import { VenfleetError } from '../core/errors.ts';
import { applyingOptions, runApply } from './apply.ts';
import type { CommandDefinition } from './command.ts';
import { runPlan } from './plan.ts';

const others: readonly string[] = ['limitVens', 'includeDisabled', 'maxRemovals', 'maxFailures'];
const own = applyingOptions.filter((name) => !others.includes(name));

export const deregister: CommandDefinition<(typeof applyingOptions)[number] | 'dryRun'> = {
  name: 'deregister',
  description:
    'Removes the resources of these VENs that are ours, also where there are several of one load; others stay. The ' +
    'loads then count as not registered: "venfleet register" and "venfleet apply" would put them back. ' +
    '--ven is required.\n\n' +
    'Exit code: 0 all was done, 1 something is left (failures, VENs that could not be listed) or you said no, ' +
    '2 wrong use or a bad environment, 130 interrupted.',
  options: [...own, 'dryRun'],
  examples: [
    'venfleet deregister --ven Aalborg --dry-run',
    'VENFLEET_TOKEN=… venfleet deregister --ven Aalborg',
    'venfleet deregister --ven Aalborg --yes',
  ],
  run(context) {
    const vens = context.values.ven;
    if (vens === undefined) {
      const problem = 'deregister needs --ven: the VEN whose loads are to be taken off.';
      throw new VenfleetError('BAD_OPTION', { problem, command: 'deregister' });
    }
    if (context.values.dryRun) return runPlan(context, nothingToRemove, { removeAll: true });
    return runApply(context, 'deregister', nothingToRemove, (options) =>
      deregisterVens({ ...options, vens }),
    );
  },
};

const nothingToRemove = 'Nothing to remove: the VTN holds no resource of these loads.';
