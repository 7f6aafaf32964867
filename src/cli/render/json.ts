import { describeError, VenfleetError } from '../../core/errors.ts';

/**
 * The number of the form that docs/json.md describes. It stays while fields are only added; the next one is for where a
 * field goes or changes its meaning.
 */
const format = 1;

/** One object of `--json`, on a line of its own. */
export function jsonLine(value: object): string {
  return `${JSON.stringify({ format, ...value })}\n`;
}

/** The object that stands for a result where a command ended with an error. */
export function errorJson(error: unknown): string {
  const known = error instanceof VenfleetError ? error : undefined;
  return jsonLine({
    error: {
      code: known?.code ?? 'unexpected',
      message: describeError(error),
      hint: known?.hint ?? 'This is a fault of venfleet: report it.',
      retryable: known?.retryable ?? false,
      details: known?.details ?? {},
    },
  });
}
