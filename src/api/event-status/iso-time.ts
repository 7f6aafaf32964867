/** A time as ISO 8601, UTC. Null for none, and for one that a calendar does not have, which is as good as none. */
export function isoTime(ms: number | null | undefined): string | null {
  if (ms === null || ms === undefined) return null;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
