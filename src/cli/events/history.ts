import { eventHistory } from '../../api/event-status.ts';
import { VenfleetError } from '../../core/errors.ts';
import type { CommandDefinition } from '../command.ts';
import { historyText } from '../render/event-status.ts';
import { print, printJson } from '../render/output.ts';

const historyOptions = ['db', 'load', 'event', 'limit', 'json'] as const;

export const eventsHistory: CommandDefinition<(typeof historyOptions)[number]> = {
  name: 'events history',
  description: 'By what the database remembers, the latest first. Give --load, --event or both.',
  options: historyOptions,
  examples: [
    'venfleet events history --event 1f0c2a --limit 20',
    'venfleet events history --load 00000000-0000-4000-8000-000000000000 --json',
  ],
  async run({ values, command, log }) {
    const { load: loads = [], event: eventId, limit } = values;
    const problem =
      loads.length > 1
        ? '--load takes one load here.'
        : loads.length === 0 && eventId === undefined
          ? 'say of what: --load ID, or --event ID.'
          : undefined;
    if (problem !== undefined) throw new VenfleetError('BAD_OPTION', { problem, command });
    const found = await eventHistory({ dbPath: values.db, loadId: loads[0], eventId, limit });
    log.info({ database: values.db, instructions: found.instructions.length }, 'history read');
    if (values.json) printJson(found);
    else print(historyText(found.instructions));
    return 0;
  },
};
