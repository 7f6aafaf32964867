/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP date in any of its three spellings.
 * Returns milliseconds from `now` (milliseconds since 1970), or undefined where it is absent or makes no sense.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const at = parseHttpDate(text, now);
  return at === undefined ? undefined : Math.max(0, at - now);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
const month = `(?<month>${months.join('|')})`;

/** The spellings of RFC 9110, section 5.6.7. The day of the week is not needed, so a wrong one does no harm. */
const spellings = [
  // IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT
  String.raw`[A-Z][a-z]{2}, (?<day>\d\d) ${month} (?<year>\d{4}) ${time} (GMT|UTC)`,
  // RFC 850: Sunday, 06-Nov-94 08:49:37 GMT
  String.raw`[A-Z][a-z]+day, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} (GMT|UTC)`,
  // asctime: Sun Nov  6 08:49:37 1994
  String.raw`[A-Z][a-z]{2} ${month} (?<day>\d\d| \d) ${time} (?<year>\d{4})`,
].map((spelling) => new RegExp(`^${spelling}$`));

/**
 * Milliseconds since 1970, undefined for what is no HTTP date. Not by Date.parse, which takes a date without a zone, as
 * asctime has it, for the machine's own time, and makes dates of much that is none.
 */
function parseHttpDate(text: string, now: number): number | undefined {
  for (const spelling of spellings) {
    const parts = spelling.exec(text)?.groups;
    if (!parts) continue;
    const { year = '', month = '', day = '', hour, minute, second } = parts;
    const at = [months.indexOf(month), day, hour, minute, second].map(Number) as Five;
    const date = Date.UTC(year.length === 2 ? fullYear(Number(year), now) : Number(year), ...at);
    // A day that the month lacks would become one of the next.
    return new Date(date).getUTCDate() === at[1] && at[2] < 24 && at[3] < 60 && at[4] <= 60
      ? date
      : undefined;
  }
  return undefined;
}

type Five = [month: number, day: number, hour: number, minute: number, second: number];

/** A year of two digits that seems more than 50 years ahead is the past one with the same digits (RFC 9110). */
function fullYear(digits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + digits;
  return year > thisYear + 50 ? year - 100 : year;
}
