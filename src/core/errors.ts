import { databaseErrors } from './errors/database-errors.ts';
import { eventErrors } from './errors/event-errors.ts';
import { jobErrors } from './errors/job-errors.ts';
import { openadrErrors } from './errors/openadr-errors.ts';
import { pageErrors } from './errors/page-errors.ts';
import { usageErrors } from './errors/usage-errors.ts';
import { vtnErrors } from './errors/vtn-errors.ts';

/**
 * Every error that venfleet raises on purpose. A code is stable: scripts may rely on it. docs/errors.md lists the same
 * codes, and a test holds the two together.
 */
export const errorRegistry = {
  ...usageErrors,
  ...databaseErrors,
  ...vtnErrors,
  ...openadrErrors,
  ...eventErrors,
  ...jobErrors,
  ...pageErrors,
} as const;

/**
 * What probably lies behind an error whose code does not say so: one such error may be chance, and several of them
 * are a verdict of their own. docs/errors.md lists the same.
 */
export const suspicions = [
  /** A connection closed before any answer: the VTN may want a client certificate, or refuse the one it got. */
  'client-certificate',
  /** The answer outgrew `maxAnswerBytes`: the VTN is there, and may have done what it was asked. */
  'answer-too-large',
] as const;
export type Suspicion = (typeof suspicions)[number];

export type ErrorCode = keyof typeof errorRegistry;
export type ErrorDetails = Record<string, string | number>;

/** An error that venfleet foresaw. `message` is one line; `hint` says what to do about it. */
export class VenfleetError extends Error {
  override readonly name = 'VenfleetError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable: boolean;
  readonly details: ErrorDetails;
  readonly suspicion: Suspicion | undefined;

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    options: { cause?: unknown; suspicion?: Suspicion | undefined } = {},
  ) {
    const entry = errorRegistry[code];
    super(fill(entry.message, details), options);
    this.code = code;
    this.hint = fill(entry.hint, details);
    this.retryable = entry.retryable;
    this.details = details;
    this.suspicion = options.suspicion;
  }
}

function fill(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}

/** One line that says what went wrong, for any thrown value; never a stack trace. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describeError(error.errors[0]);
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
