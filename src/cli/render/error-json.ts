import { describeError, VenfleetError } from '../../core/errors.ts';

/** The object that stands for a result where a command ended with an error. */
export function errorJsonValue(error: unknown): object {
  const known = error instanceof VenfleetError ? error : undefined;
  return {
    error: {
      code: known?.code ?? 'unexpected',
      message: describeError(error),
      hint: known?.hint ?? 'This is a fault of venfleet: report it.',
      retryable: known?.retryable ?? false,
      details: known?.details ?? {},
    },
  };
}
