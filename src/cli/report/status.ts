import { reportStatus as reportStatusOf } from '../../api/report-status.ts';
import type { CommandDefinition } from '../command.ts';
import { print, printJson, tell } from '../render/output.ts';
import { reportStatusText } from '../render/report-status.ts';
import { spelledTwiceWarning } from '../render/spelled-twice.ts';

const statusOptions = ['db', 'ven', 'profile', 'measure', 'event', 'failures', 'json'] as const;

export const reportStatus: CommandDefinition<(typeof statusOptions)[number]> = {
  name: 'report status',
  description:
    'By what the database remembers; no VTN is asked. Reports of different kinds (in bulk, under this or that event) are ' +
    'shown apart. "All until" is how far the load is that is least far, of those that report; "Newest" how long ago the ' +
    'newest reading ended.',
  options: statusOptions,
  examples: [
    'venfleet report status',
    'venfleet report status --ven Aalborg --failures 100',
    'venfleet report status --json | jq .kinds[0].byVen',
  ],
  async run({ values, sourceOf, log }) {
    const found = await reportStatusOf({
      dbPath: values.db,
      vens: values.ven,
      profile: sourceOf('profile') === 'default' ? undefined : values.profile,
      measures: values.measure,
      eventId: values.event,
      failures: values.failures,
      onSpelledTwice(names) {
        log.warn(names, 'names in several spellings');
        tell(spelledTwiceWarning(names));
      },
    });
    const kinds = found.kinds.map(({ kind }) => kind);
    log.info({ database: values.db, loads: found.loads, kinds }, 'status of reports read');
    if (values.json) printJson(found);
    else print(reportStatusText(found));
    return 0;
  },
};
