import { readFileSync } from 'node:fs';
import { audit } from '../crash/audit.ts';
import { query } from '../support/fleet-database.ts';

/** What a day came to, held against what it should; `wrong` is empty where all of it adds up. */
export interface Accounts {
  readonly loads: number;
  /** By how they ended; together they are all that there were. */
  readonly dispatches: Readonly<Record<string, number>>;
  /** Readings that the VTN has, of all loads, and how many of each load. */
  readonly readings: number;
  readonly readingsOfLoad: number;
  readonly wrong: readonly string[];
}

export interface DayToCheck {
  readonly dbPath: string;
  readonly vtnUrl: string;
  /** Where the file sink wrote, and how many dispatches came to the web address, with how many ids. */
  readonly sinkFile: string;
  readonly hook: { readonly arrived: number; readonly ids: number };
  /** Of the first reading that is due, milliseconds since 1970; of each load there are this many at least. */
  readonly firstReadingMs: number;
  readonly leastReadings: number;
}

/** Each load registered once, each dispatch ended and arrived once, each reading taken once. */
export async function checkAccounts(day: DayToCheck): Promise<Accounts> {
  const { loads, examples, ...found } = await audit(day.dbPath, day.vtnUrl);
  const differences = Object.entries(found).flatMap(([what, count]) =>
    count > 0 ? `${count} loads ${what}` : [],
  );
  const dispatches = checkDispatches(day);
  const readings = await checkReadings(day, loads);
  return {
    loads,
    dispatches: dispatches.ends,
    readings: readings.all,
    readingsOfLoad: readings.ofLoad,
    wrong: [...differences, ...examples, ...dispatches.wrong, ...readings.wrong],
  };
}

const ends = ['handed', 'late', 'missed', 'replaced'] as const;

function checkDispatches({ dbPath, sinkFile, hook }: DayToCheck) {
  const rows = query(
    dbPath,
    `SELECT s.name AS sink, coalesce(d.outcome, 'open') AS "end", count(*) AS n
     FROM venfleet_dispatches d JOIN venfleet_dispatch_sinks s ON s.id = d.sink_id GROUP BY 1, 2`,
  ) as { sink: string; end: string; n: number }[];
  const sum = (of: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(of).reduce((total, { n }) => total + n, 0);
  const byEnd = Object.fromEntries(ends.map((end) => [end, sum((row) => row.end === end)]));
  const counted = query(
    dbPath,
    `SELECT ${['open', ...ends].map((end) => `sum(${end}) AS ${end}`).join(', ')} FROM venfleet_dispatch_counts`,
  )[0] as Record<string, number>;
  const told = (sink: string) =>
    sum((row) => row.sink === sink && (row.end === 'handed' || row.end === 'late'));
  const lines = idsIn(sinkFile);
  const all = sum(() => true);
  const added = ends.reduce((total, end) => total + (byEnd[end] as number), 0);
  const wrong = [
    ...(all === added ? [] : [`${all} dispatches, of which ${added} have ended`]),
    ...(all > 0 ? [] : ['no dispatches']),
    ...['open', ...ends].flatMap((end) => {
      const is = sum((row) => row.end === end);
      return counted[end] === is ? [] : `${is} dispatches ${end}, counted as ${counted[end]}`;
    }),
    ...(lines.arrived === lines.ids ? [] : ['the file got a dispatch twice']),
    ...(hook.arrived === hook.ids ? [] : ['the web address got a dispatch twice']),
    ...(lines.ids === told('file') ? [] : [`the file got ${lines.ids} dispatches of ${told('file')}`]),
    ...(hook.ids === told('webhook') ? [] : [`the address got ${hook.ids} dispatches of ${told('webhook')}`]),
  ];
  return { ends: byEnd, wrong };
}

function idsIn(path: string): { arrived: number; ids: number } {
  const ids = new Set<string>();
  let arrived = 0;
  for (const [, id] of readFileSync(path, 'utf8').matchAll(/^\{"dispatch":"([^"]+)"/gm)) {
    ids.add(id as string);
    arrived++;
  }
  return { arrived, ids: ids.size };
}

const hourMs = 3_600_000;
/** Negative power is told as another kind (docs/metering.md). */
const readingKinds = ['USAGE', 'READING'];

interface TakenSeries {
  readonly resource: string;
  readonly ven: string;
  readonly kind: string;
  readonly points: number;
  readonly first: string;
  readonly last: string;
  readonly again: number;
}

async function checkReadings({ vtnUrl, dbPath, firstReadingMs, leastReadings }: DayToCheck, loads: number) {
  const text = await (await fetch(`${vtnUrl}/__simulator/points`)).text();
  const lines = text.split('\n').filter(Boolean);
  const series = lines
    .map((line) => JSON.parse(line) as TakenSeries)
    .filter(({ kind }) => readingKinds.includes(kind));
  const taken = Map.groupBy(series, ({ ven, resource }) => `${ven}\0${resource}`);
  const sum = (some: readonly TakenSeries[], what: 'points' | 'again') =>
    some.reduce((total, one) => total + one[what], 0);
  const hasGap = (some: readonly TakenSeries[]) => {
    const from = Math.min(...some.map(({ first }) => Date.parse(first)));
    const until = Math.max(...some.map(({ last }) => Date.parse(last)));
    return from !== firstReadingMs || until - from !== sum(some, 'points') * hourMs;
  };
  const gaps = taken.values().filter(hasGap).toArray();
  const stored = reportedReadings(dbPath);
  const counts = new Set([...taken.values().map((some) => sum(some, 'points')), ...stored]);
  const ofLoad = Math.min(...counts);
  const again = sum(series, 'again');
  const wrong = [
    ...(taken.size === loads ? [] : [`the VTN has readings of ${taken.size} loads of ${loads}`]),
    ...(stored.length === loads ? [] : [`readings of ${stored.length} loads of ${loads} are stored`]),
    ...(counts.size === 1 ? [] : [`loads have different numbers of readings: ${[...counts]}`]),
    ...(ofLoad >= leastReadings ? [] : [`${ofLoad} readings of a load, ${leastReadings} were due`]),
    ...(gaps.length === 0 ? [] : [`${gaps.length} loads lack a reading, as ${JSON.stringify(gaps[0])}`]),
    ...(again === 0 ? [] : [`${again} readings came twice`]),
  ];
  return { all: sum(series, 'points'), ofLoad, wrong };
}

/** How many readings of each load are stored as reported. */
export function reportedReadings(dbPath: string): number[] {
  const rows = query(dbPath, 'SELECT sum(points) AS points FROM venfleet_reported GROUP BY load_id');
  return rows.map(({ points }) => points as number);
}
