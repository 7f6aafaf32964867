import type { Reply } from '../machine/dialect.ts';
import type { DuplicateAnswer } from '../machine/switches.ts';
import { problem } from './problem.ts';

/** The answer to something that is there already; `whole` is its JSON. */
export function existing(how: Exclude<DuplicateAnswer, 'accept'>, whole: () => string): Reply {
  switch (how) {
    case '500':
      return problem(500, 'A database error occurred');
    case 'existing-200':
      return { status: 200, body: whole() };
    case 'existing-201':
      return { status: 201, body: whole() };
    default:
      return problem(409, 'Conflict');
  }
}

export const unknownReference = 'A foreign key constraint is violated';

export function ok(body: string): Reply {
  return { status: 200, body };
}

export function created(body: string): Reply {
  return { status: 201, body };
}

/** A page of a listing as JSON; as OpenLEADR, 500 where it cannot be and nobody checked it before. */
export function pageOf(
  numbers: readonly number[],
  { skip, limit }: { skip: number; limit: number },
  json: (n: number) => string,
): Reply {
  if (skip < 0 || limit < 0) return problem(500, 'A database error occurred');
  return ok(
    `[${numbers
      .slice(skip, skip + limit)
      .map((n) => json(n))
      .join()}]`,
  );
}
