import { listEvents } from '../../api/event-status.ts';
import type { CommandDefinition } from '../command.ts';
import { eventsListText } from '../render/event-status.ts';
import { print, printJson } from '../render/output.ts';

const listOptions = ['db', 'profile', 'json'] as const;

export const eventsList: CommandDefinition<(typeof listOptions)[number]> = {
  name: 'events list',
  description:
    'By what the database remembers; no VTN is asked. "Loads" are those that an event reaches of those that it means; ' +
    'instructions and answers are counted for all versions and sinks together.',
  options: listOptions,
  examples: ['venfleet events list', 'venfleet events list --json | jq .events[].eventId'],
  async run({ values, sourceOf, log }) {
    const profile = sourceOf('profile') === 'default' ? undefined : values.profile;
    const found = await listEvents({ dbPath: values.db, profile });
    log.info({ database: values.db, events: found.events.length }, 'events listed');
    if (values.json) printJson(found);
    else print(eventsListText(found.events));
    return 0;
  },
};
