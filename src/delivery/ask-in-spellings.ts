import { nameKey } from '../core/same-name.ts';
import type { Answered } from './send-until-answered.ts';

/**
 * Asks for what is known by some texts: as they are spelled here and, where that shows nothing, in the composed form. A
 * VTN that stores names in that form may know it by that alone. `ask` spells the texts as it is told.
 */
export async function askInSpellings<T>(
  texts: readonly string[],
  ask: (spelled: (text: string) => string) => Promise<Answered<T>>,
  isNothing: (value: T) => boolean,
): Promise<Answered<T>> {
  const asked = await ask((text) => text);
  const isOneSpelling = texts.every((text) => nameKey(text) === text);
  return isOneSpelling || asked.at !== 'done' || !isNothing(asked.value) ? asked : ask(nameKey);
}
