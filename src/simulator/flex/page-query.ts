import type { Page } from '../machine/collection.ts';
import { type FieldProblem, refuseFields } from './problems.ts';

export interface PageQuery extends Page {
  readonly filters: Readonly<Record<string, string | undefined>>;
}

const longestPage = 50;

/** Reads the query of a listing: `skip`, `limit` (1 to `longest`, which is the default), and the filters that it knows; 422 for others. */
export function readPageQuery(query: string, known: readonly string[], longest = longestPage): PageQuery {
  const filters: Record<string, string> = {};
  const problems: FieldProblem[] = [];
  const numbers: Record<string, number> = { skip: 0, limit: longest };
  for (const [name, value] of new URLSearchParams(query)) {
    const loc = ['query', name];
    if (name in numbers) {
      if (!isWithin(name, value, longest))
        problems.push({ loc, msg: `Input should be a number within its bounds` });
      numbers[name] = Number(value);
    } else if (!known.includes(name)) problems.push({ loc, msg: 'Extra inputs are not permitted' });
    else filters[name] = value;
  }
  refuseFields(problems);
  return { skip: numbers.skip as number, limit: numbers.limit as number, filters };
}

function isWithin(name: string, value: string, longest: number): boolean {
  if (!/^\d{1,9}$/.test(value)) return false;
  return name === 'skip' || (Number(value) >= 1 && Number(value) <= longest);
}
