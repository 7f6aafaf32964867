import { showEvent } from '../../api/event-status.ts';
import type { CommandDefinition } from '../command.ts';
import { eventText } from '../render/event-status.ts';
import { print, printJson } from '../render/output.ts';

const showOptions = ['db', 'profile', 'json'] as const;

export const eventsShow: CommandDefinition<(typeof showOptions)[number]> = {
  name: 'events show',
  description:
    'By what the database remembers; no VTN is asked. "Due" is the sum of all ends, and of what is open.',
  args: '<event>',
  options: showOptions,
  examples: ['venfleet events show 1f0c2a', 'venfleet events show 1f0c2a --json | jq .log'],
  async run({ values, sourceOf, args, log }) {
    const profile = sourceOf('profile') === 'default' ? undefined : values.profile;
    const found = await showEvent({ dbPath: values.db, profile, eventId: args[0] ?? '' });
    log.info({ database: values.db, event: found.eventId }, 'event shown');
    if (values.json) printJson(found);
    else print(eventText(found));
    return 0;
  },
};
