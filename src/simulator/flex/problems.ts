import { json, type Reply } from '../machine/dialect.ts';
import { Refusal } from '../machine/refusal.ts';

/** What is wrong with one field: where it is, and what is wrong. */
export interface FieldProblem {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

export function problem(status: number, text: string): Reply {
  return json(status, { detail: text });
}

export function refuse(status: number, text: string): never {
  throw new Refusal(problem(status, text));
}

/** 422, where there is anything wrong. */
export function refuseFields(problems: readonly FieldProblem[] | undefined): void {
  if (problems && problems.length > 0) refuseAll(problems);
}

/** 422. */
export function refuseAll(problems: readonly FieldProblem[]): never {
  throw new Refusal(json(422, { detail: problems }));
}
