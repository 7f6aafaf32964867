/**
 * The soak: lets `venfleet serve` live through a day of short hours on a simulator, everything switched on, and says whether what it
 * holds grows, and whether all that it counted adds up. `npm run test:soak -- --help`.
 */
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printTable } from '../../bench/lib/report.ts';
import { type Day, type Hour, soakDay } from './day.ts';
import { type GrowthBound, growthOf } from './growth.ts';

const usage = `npm run test:soak -- [--hours 24] [--seconds-per-hour 12] [--loads 3000] [--vens 20] [--snapshots FOLDER]
--hours: 4 at least. --snapshots: heap snapshots of the main thread after the first quarter and at the end, to find what grows.`;

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '24' },
    'seconds-per-hour': { type: 'string', default: '12' },
    loads: { type: 'string', default: '3000' },
    vens: { type: 'string', default: '20' },
    snapshots: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const hours = Number(values.hours);
const secondsPerHour = Number(values['seconds-per-hour']);
if (values.help || !(hours >= 4 && secondsPerHour >= 4)) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
if (values.snapshots !== undefined) mkdirSync(values.snapshots, { recursive: true });

// Whatever ends it, its processes end with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** What is held, and how much more of it after half a day is growth. */
const judged: readonly {
  readonly name: keyof Hour['held'];
  /** Above its column. */
  readonly head: string;
  readonly what: string;
  readonly bound: GrowthBound;
}[] = [
  {
    name: 'mainHeapMb',
    head: 'main MB',
    what: 'live objects, main thread, MB',
    bound: { part: 0.05, amount: 2 },
  },
  {
    name: 'threadHeapMb',
    head: 'others MB',
    what: 'live objects, other threads, MB',
    bound: { part: 0.05, amount: 2 },
  },
  { name: 'codeMb', head: 'code MB', what: 'compiled code, MB', bound: { part: 0.2, amount: 5 } },
  { name: 'buffersMb', head: 'buffers MB', what: 'buffers, MB', bound: { part: 0.05, amount: 2 } },
  {
    name: 'externalMb',
    head: 'external MB',
    what: 'else outside of the heaps, MB',
    bound: { part: 0.05, amount: 2 },
  },
  {
    name: 'residentMb',
    head: 'memory MB',
    what: 'memory of the process, MB',
    bound: { part: 0.1, amount: 20 },
  },
  { name: 'signals', head: 'signals', what: 'signals (AbortSignal)', bound: { part: 0.1, amount: 20 } },
  { name: 'threads', head: 'threads', what: 'threads', bound: { part: 0, amount: 0 } },
  { name: 'files', head: 'files', what: 'open files and sockets', bound: { part: 0.1, amount: 3 } },
  {
    name: 'active',
    head: 'active',
    what: 'active timers, sockets, requests',
    bound: { part: 0.1, amount: 3 },
  },
];

const row = (cells: readonly (string | number)[]) =>
  `${cells.map((cell) => String(cell).padStart(12)).join('')}\n`;
const tenth = (value: number) => Math.round(value * 10) / 10;

const heads = ['hour', ...judged.map(({ head }) => head), 'database MB', 'log MB', 'comparisons'];
process.stdout.write(`A day of ${hours} hours, ${secondsPerHour} s each\n${row(heads)}`);
const day = await soakDay({
  ...{ hours, secondsPerHour, loads: Number(values.loads), vens: Number(values.vens) },
  snapshots: values.snapshots,
  onHour({ hour, held, databaseMb, logMb, comparisons }) {
    const seen = judged.map(({ name }) => tenth(held[name]));
    process.stdout.write(row([hour, ...seen, tenth(databaseMb), tenth(logMb), comparisons]));
  },
});

const grown = judged.map(({ name, what, bound }) => ({
  what,
  bound,
  ...growthOf(
    day.hours.map(({ held }) => held[name]),
    bound,
  ),
}));
printTable(
  'The last quarter of the hours against the second, medians',
  grown.map(({ what, before, after, perHour, least, most, isBeyond, bound: { part, amount } }) => ({
    ...{ what, second: before, last: after, 'per hour': perHour, least, most },
    'growth is more than': part === 0 ? String(amount) : `${part * 100} % and ${amount}`,
    verdict: isBeyond ? 'GROWS' : 'stays',
  })),
);
tellOfKept(day);
tellOfAccounts(day);

const growing = grown.filter(({ isBeyond }) => isBeyond).map(({ what }) => what);
const { wrong } = day.accounts;
for (const line of wrong) process.stdout.write(`  ${line}\n`);
if (growing.length + wrong.length === 0) process.stdout.write('\nOK: nothing grows, and all adds up.\n');
else {
  const why = [...growing.map((what) => `${what}: grows`), ...(wrong.length > 0 ? ['not all adds up'] : [])];
  process.stdout.write(`\nFAILED: ${why.join('; ')}.\n`);
  process.exitCode = 1;
}

function tellOfKept({ kept: { before, after } }: Day): void {
  const rows = [...after].flatMap(([table, now]) => {
    const { rows: count, bytes } = before.get(table) ?? { rows: 0, bytes: 0 };
    const [more, moreBytes] = [now.rows - count, now.bytes - bytes];
    if (moreBytes === 0 && more === 0) return [];
    const each = more > 0 ? moreBytes / more : undefined;
    return { table, rows: now.rows, 'more rows': more, 'more kB': moreBytes / 1_024, 'bytes each': each };
  });
  printTable('What the database keeps more of since the first quarter', rows);
}

function tellOfAccounts({
  hours,
  done,
  accounts: { loads, dispatches, readings, readingsOfLoad },
}: Day): void {
  const text = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  process.stdout.write(`
Events: ${text({ made: done.made!, changed: done.changed!, cancelled: done.cancelled! })}
Page: ${text({ viewers: done.viewers!, answers: done.answers!, 'live updates': done.updates! })}; ${done.runs} runs
Active: ${text(hours[0]!.activeKinds)}; in the end ${text(hours.at(-1)!.activeKinds)}
Loads: ${loads}; dispatches: ${text(dispatches)}; readings: ${readings}, ${readingsOfLoad} of each load
`);
}
