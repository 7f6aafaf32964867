/** `2025-01-31T23:00:00Z`, with up to nine digits of a second's fraction. */
const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/**
 * Reads times as milliseconds since 1970: ISO 8601 with seconds and `Z`; what is finer than a millisecond is cut off.
 * undefined for anything else, such as a time without a zone, or February 30th. Remembers the latest day, since times
 * come in order.
 */
export function createUtcReader(): (text: unknown) => number | undefined {
  let day = '';
  let dayMs = 0;
  return (text) => {
    if (typeof text !== 'string' || !form.test(text)) return undefined;
    if (!text.startsWith(day) || day === '') {
      const ms = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
      // `Date` takes February 30th for March 2nd.
      if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
      day = text.slice(0, 10);
      dayMs = ms;
    }
    const [hours, minutes, seconds] = [digits(text, 11), digits(text, 14), digits(text, 17)];
    if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
    const fraction = text.length > 20 ? Number(text.slice(20, -1).padEnd(3, '0').slice(0, 3)) : 0;
    return dayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + fraction;
  };
}

function digits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}
