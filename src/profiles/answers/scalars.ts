/** The texts and numbers in a value, however it is wrapped, with spaces in between; empty where there are none. */
export function scalarsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  // Nearly all are lists of one.
  if (Array.isArray(value) && value.length === 1) return scalarsOf(value[0]);
  return Object.values(value).map(scalarsOf).filter(Boolean).join(' ');
}
