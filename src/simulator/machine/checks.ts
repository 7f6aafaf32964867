/**
 * What a value must be. By hand, since the demo's simulator runs in a thread of its own, where loading zod
 * once more would cost some ten megabytes.
 */
export type Check<T> = (value: unknown) => value is T;

export const isText: Check<string> = (value) => typeof value === 'string';

export const isFlag: Check<boolean> = (value) => typeof value === 'boolean';

/** A number of at least 0. */
export const isAmount: Check<number> = (value): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity;

/** From 0 to 1. */
export const isShare: Check<number> = (value): value is number => isAmount(value) && value <= 1;

export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check<number> =>
  (value): value is number =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;

export const oneOf =
  <const T>(...values: readonly T[]): Check<T> =>
  (value): value is T =>
    (values as readonly unknown[]).includes(value);

export const listOf =
  <T>(check: Check<T>, least = 0): Check<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.length >= least && value.every(check);

export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || check(value);
