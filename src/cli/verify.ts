import { verify as verifyVtn } from '../api/plan.ts';
import type { CommandDefinition } from './command.ts';
import { heading } from './heading.ts';
import { comparingOptions, comparison } from './plan.ts';
import { createListing } from './render/listing.ts';
import { print, printJson } from './render/output.ts';
import { planLine } from './render/plan.ts';
import { count } from './render/text.ts';
import { waitTotalLines } from './render/waits.ts';

export const verify: CommandDefinition<(typeof comparingOptions)[number]> = {
  name: 'verify',
  description:
    'Lists what the VTN holds and compares it, as "venfleet plan" does. Resources that are not ours do not count.\n\n' +
    'Exit code: 0 they agree, 1 they do not, 2 wrong use or a bad environment, 130 interrupted.',
  options: comparingOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet verify --vtn-url http://localhost:8000',
    'venfleet verify --ven Aalborg && echo agreed',
  ],
  async run(context) {
    const listing = createListing({ json: context.values.json, heading: () => heading(context.values) });
    const found = await verifyVtn({
      ...comparison(context),
      onListing: listing.onListing,
      onAskedToWait: listing.onAskedToWait,
    }).finally(listing.stop);
    if (found.interrupted) {
      listing.interrupted();
      return 130;
    }
    const loads = `${count(found.inSync)} ${found.inSync === 1 ? 'load is' : 'loads are'}`;
    const text = found.agrees
      ? `The VTN agrees with the database: ${loads} on it as they should be.`
      : `The VTN does not agree with the database. ${planLine(found)}`;
    if (context.values.json) printJson(found);
    else print([text, ...waitTotalLines(found.waits)]);
    return found.agrees ? 0 : 1;
  },
};
