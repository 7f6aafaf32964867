import type { OptionSpec } from '../../core/options.ts';

/** An option as the table has it, with its own types kept. */
export function spec<const T extends OptionSpec>(definition: T): T {
  return definition;
}
