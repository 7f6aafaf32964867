import { anchorOptions } from './anchor-options.ts';
import { databaseOptions } from './database-options.ts';
import { doingOptions } from './doing-options.ts';
import { eventOptions } from './event-options.ts';
import { faultOptions } from './fault-options.ts';
import { loadOptions } from './load-options.ts';
import { outputOptions } from './output-options.ts';
import { postedEventOptions } from './posted-event-options.ts';
import { readingOptions } from './reading-options.ts';
import { keepingOptions, pageOptions } from './serve-options.ts';
import { sinkOptions } from './sink-options.ts';
import { speedOptions } from './speed-options.ts';
import { certificateOptions, identityOptions } from './token-options.ts';
import { vtnOptions } from './vtn-options.ts';
import { watchOptions } from './watch-options.ts';

/** Under which heading the help shows each option; headings and options stand in its order. */
export const optionGroups = {
  'The fleet database:': databaseOptions,
  'Which loads:': loadOptions,
  'Which readings:': readingOptions,
  'Program and event:': anchorOptions,
  'The event:': postedEventOptions,
  'Events:': eventOptions,
  'Where instructions go:': sinkOptions,
  'What is done:': doingOptions,
  'Keeping the fleet:': keepingOptions,
  'The page:': pageOptions,
  'The VTN:': vtnOptions,
  'Tokens and certificates:': { ...identityOptions, ...certificateOptions },
  'How fast:': speedOptions,
  'How awkward it is:': faultOptions,
  'What is shown:': { ...outputOptions, ...watchOptions },
} as const;

type Groups = typeof optionGroups;
type Together<G> = (G extends unknown ? (group: G) => void : never) extends (all: infer A) => void
  ? A
  : never;

/** Every option of every command, once. The keys are those of venfleet.config.json. */
export const options: Together<Groups[keyof Groups]> = Object.assign({}, ...Object.values(optionGroups));

export type OptionName = keyof typeof options;

/** The heading that stands above `--help` too. */
export const lastGroup = 'What is shown:' satisfies keyof Groups;

const headings = new Map(
  Object.entries(optionGroups).flatMap(([heading, group]) =>
    Object.keys(group).map((name) => [name, heading] as const),
  ),
);
const places = new Map([...headings.keys()].map((name, place) => [name, place]));

/** The heading of an option. */
export function groupHeading(name: OptionName): string {
  return headings.get(name) ?? lastGroup;
}

/** Options in the order of the help. */
export function inHelpOrder<N extends OptionName>(names: readonly N[]): N[] {
  return names.toSorted((one, other) => (places.get(one) ?? 0) - (places.get(other) ?? 0));
}
