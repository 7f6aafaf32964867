import type { SpelledTwice } from '../../api/spelled-names.ts';
import { nameKey } from '../../core/same-name.ts';
import { some } from './text.ts';

/** What a person is told of names that the database has in several spellings: a line for VENs, one for sites. */
export function spelledTwiceWarning({ vens, resourceIds }: SpelledTwice): string[] {
  const line = (names: readonly (readonly string[])[], thing: string, means: string) =>
    names.length === 0
      ? []
      : [
          `venfleet: warning: the database has ${some(names.length, thing)} in several spellings of Unicode, or with spaces ` +
            `at the ends: ${names.slice(0, 3).map(shown).join(', ')}${names.length > 3 ? ', …' : ''}; ${means}`,
        ];
  return [
    ...line(
      vens,
      'VEN name',
      'each spelling counts as a VEN of its own, which a VTN may take for one. Leave only one spelling',
    ),
    ...line(resourceIds, 'resource_id', 'a VTN may take these sites for one. Give them different ids'),
  ];
}

const shown = (spellings: readonly string[]) =>
  `"${nameKey(spellings[0] ?? '')}" (${spellings.map((one) => JSON.stringify(one).replace(/[^ -~]/g, escaped)).join(', ')})`;

const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
