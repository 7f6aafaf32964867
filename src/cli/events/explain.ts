import { explainEvent } from '../../api/event-status.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandDefinition } from '../command.ts';
import { policyFile } from '../events.ts';
import { explanationText } from '../render/event-explanation.ts';
import { print, printJson } from '../render/output.ts';

const explainOptions = ['db', 'profile', 'targetRule', 'policy', 'load', 'json'] as const;

export const eventsExplain: CommandDefinition<(typeof explainOptions)[number]> = {
  name: 'events explain',
  description:
    'Worked out from the event as it was received last, and the fleet as it is now; no VTN is asked, and nothing is handed ' +
    'over. Give the policy that "venfleet events" has. What other events ask of the same loads is in what they are to do.',
  args: '<event>',
  options: explainOptions,
  examples: [
    'venfleet events explain 1f0c2a --policy policy.json',
    'venfleet events explain 1f0c2a --load 00000000-0000-4000-8000-000000000000',
  ],
  async run({ values, sourceOf, args, command, log }) {
    const { load: loads = [], policy, targetRule } = values;
    if (loads.length > 1)
      throw new VenfleetError('BAD_OPTION', { problem: '--load takes one load here.', command });
    const found = await explainEvent({
      dbPath: values.db,
      profile: sourceOf('profile') === 'default' ? undefined : values.profile,
      eventId: args[0] ?? '',
      loadId: loads[0],
      policy: policy === undefined ? undefined : policyFile(policy),
      targetRule,
    });
    log.info({ database: values.db, event: found.eventId, meant: found.meant }, 'event explained');
    if (values.json) printJson(found);
    else print(explanationText(found));
    return 0;
  },
};
