import type { OptionSpec } from '../../core/options.ts';

/** An option as the table has it, with its own types kept. */
export function spec<const T extends OptionSpec>(definition: T): T {
  return definition;
}

/** The names of some options of the table, for the commands that take them all. */
export function namesOf<T extends object>(options: T): readonly (keyof T & string)[] {
  return Object.keys(options) as (keyof T & string)[];
}
