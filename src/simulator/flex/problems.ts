import type { Reply } from '../machine/dialect.ts';
import { json } from '../machine/dialect.ts';

/** What is wrong with one field: where it is, and what is wrong. */
export interface FieldProblem {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

export function fieldProblems(problems: readonly FieldProblem[]): Reply {
  return json(422, { detail: problems });
}

export function problem(status: number, text: string): Reply {
  return json(status, { detail: text });
}

/** A token that is missing or not accepted. */
export function unauthorized(status: number, text: string): Reply {
  return { ...problem(status, text), headers: { 'www-authenticate': 'Bearer' } };
}
