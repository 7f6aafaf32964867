import { readProblem } from '../../openadr/problem.ts';

/** Why a VTN refuses, from the JSON of its answer: the detail of its problem (RFC 9457), else the title. */
export function problemDetail(body: unknown): string | undefined {
  const { detail, title } = readProblem(body);
  return detail ?? title;
}
