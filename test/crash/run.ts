/**
 * The crash test: kills `venfleet register` with SIGKILL at random moments and restarts it, over and over, on
 * VTNs with faults, and checks that each fleet ends up one to one. `npm run test:crash -- --help`.
 */
import { parseArgs } from 'node:util';
import { campaign, type FleetReport } from './campaign.ts';
import { scenarios } from './scenarios.ts';

const usage = `npm run test:crash -- [--kills 100] [--seed N] [--dialect flex-gateway|openadr-3.0|openadr-3.1]
  [--duplicates accept|409|409-id|500|existing-200|existing-201] [--vens 20] [--minutes 15]
The seed draws the moments of the kills and the faults; without one it is drawn, and printed.`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    dialect: { type: 'string' },
    duplicates: { type: 'string' },
    vens: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '15' },
    help: { type: 'boolean' },
  },
});

const chosen = scenarios.filter(
  ({ profile, duplicates }) =>
    (values.dialect ?? profile) === profile && (values.duplicates ?? duplicates) === duplicates,
);
if (values.help || chosen.length === 0) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}

const columns = ['kills', 'loads', 'sent', 'held', 'abandoned', 'seconds'] as const;
const faults = ['lost', 'duplicated', 'wrong', 'left'] as const;
const row = (name: string, cells: readonly (string | number)[]) =>
  `${name.padEnd(40)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`;

const seed = Number(values.seed);
process.stdout.write(`Crash test with seed ${seed}\n${row('VTN', [...columns, ...faults])}`);
const reports: FleetReport[] = [];
for await (const report of campaign({
  scenarios: chosen,
  kills: Number(values.kills),
  seed,
  vens: Number(values.vens),
  timeLimitMs: Number(values.minutes) * 60_000,
})) {
  reports.push(report);
  process.stdout.write(
    row(
      report.scenario,
      [...columns, ...faults].map((name) => report[name]),
    ),
  );
  for (const line of [...report.examples, ...report.complaints]) process.stdout.write(`  ${line}\n`);
}
const sum = (name: (typeof columns)[number] | (typeof faults)[number]) =>
  Math.round(reports.reduce((total, report) => total + report[name], 0) * 10) / 10;
process.stdout.write(row(`${reports.length} fleets`, [...columns, ...faults].map(sum)));
const failed = reports.filter((report) => !report.ok).length;
const enough = sum('kills') === Number(values.kills);
if (failed === 0 && enough) {
  process.stdout.write(`OK: killed ${sum('kills')} times; nothing lost, duplicated or wrong.\n`);
} else {
  const why = failed > 0 ? `${failed} fleets are not one to one` : `only ${sum('kills')} kills in the time`;
  process.stdout.write(
    `FAILED: ${why}. Replay: npm run test:crash -- ${process.argv.slice(2).join(' ')} --seed ${seed}\n`,
  );
  process.exitCode = 1;
}
