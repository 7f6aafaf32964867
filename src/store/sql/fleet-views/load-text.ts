import { type RawBuilder, sql } from 'kysely';
import { componentNames } from '../../../fleet/components.ts';
import type { SqlEngine } from '../engine.ts';

/** Whether a load, over `loads l LEFT JOIN resources r`, is one that a person means by this text; see `LoadSearch.text`. */
export function isMeantBy({ columns, isLike }: SqlEngine, text: string): RawBuilder<boolean> {
  const within = (value: RawBuilder<string | null>) =>
    spellingsOf(text).map((one) => isLike(value, `%${escaped(one)}%`));
  const atStart = (value: RawBuilder<string | null>) => isLike(value, `${escaped(text)}%`);
  const ownName = sql<string | null>`nullif(trim(${columns.loadName}), '')`;
  const usualNames = Object.entries(componentNames).flatMap(([component, name]) =>
    name.toLowerCase().includes(text.toLowerCase()) ? [component] : [],
  );
  const hasUsualName =
    usualNames.length === 0
      ? []
      : [sql`(${ownName} IS NULL AND ${columns.component} IN (${sql.join(usualNames)}))`];
  // Looked for once, not for each load of a site. In there, `r` is another.
  const ofSite = [...within(columns.siteName), atStart(columns.meterPointId)];
  const sites = sql`SELECT ${columns.site} FROM resources r WHERE ${sql.join(ofSite, sql` OR `)}`;
  const externalId = sql<string>`${columns.resourceId} || '_' || ${columns.component}`;
  const conditions = [
    sql`${columns.site} IN (${sites})`,
    atStart(columns.loadId),
    // What has no "_" cannot go beyond the site's id.
    atStart(text.includes('_') ? externalId : columns.resourceId),
    atStart(columns.vtnResourceId),
    ...within(sql`coalesce(${ownName}, ${columns.component})`),
    ...hasUsualName,
  ];
  return sql<boolean>`(${sql.join(conditions, sql` OR `)})`;
}

/**
 * How people write a name. SQLite's LIKE takes capitals for small letters in ASCII alone: a text with other letters is looked
 * for in each of these ways.
 */
function spellingsOf(text: string): string[] {
  const small = text.toLowerCase();
  const words = small.replace(/\p{L}+/gu, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  const smallAscii = (one: string) => one.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return [...new Set([text, small, text.toUpperCase(), words].map(smallAscii))];
}

/** No character of it stands for others. */
const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');
