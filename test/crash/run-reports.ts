/**
 * The crash test of reports: kills `venfleet report history` with SIGKILL at random moments and restarts it, over and over, on
 * VTNs with faults, and checks that each load's readings are told. `npm run test:crash:reports -- --help`.
 */
import { parseArgs } from 'node:util';
import { allProfiles } from '../support/reporting-fleet.ts';
import { type ReportedFleet, reportCampaign } from './reports.ts';

const usage = `npm run test:crash:reports -- [--kills 50] [--seed N] [--dialect flex-gateway|openadr-3.0|openadr-3.1]
  [--vens 8] [--hours 600] [--minutes 15]
The seed draws the moments of the kills and the faults; without one it is drawn, and printed.`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    dialect: { type: 'string' },
    vens: { type: 'string', default: '8' },
    hours: { type: 'string', default: '600' },
    minutes: { type: 'string', default: '15' },
    help: { type: 'boolean' },
  },
});

const profiles = allProfiles.filter((profile) => (values.dialect ?? profile) === profile);
if (values.help || profiles.length === 0) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}

const columns = ['kills', 'loads', 'sent', 'seconds', 'wrong', 'again', 'left'] as const;
const row = (name: string, cells: readonly (string | number)[]) =>
  `${name.padEnd(20)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`;

const seed = Number(values.seed);
process.stdout.write(`Crash test of reports with seed ${seed}\n${row('VTN', columns)}`);
const fleets: ReportedFleet[] = [];
for await (const fleet of reportCampaign({
  profiles,
  kills: Number(values.kills),
  seed,
  vens: Number(values.vens),
  hours: Number(values.hours),
  timeLimitMs: Number(values.minutes) * 60_000,
})) {
  fleets.push(fleet);
  process.stdout.write(
    row(
      fleet.profile,
      columns.map((name) => fleet[name]),
    ),
  );
  for (const line of fleet.complaints) process.stdout.write(`  ${line}\n`);
}
const kills = fleets.reduce((sum, fleet) => sum + fleet.kills, 0);
const failed = fleets.filter(({ ok }) => !ok).length;
if (failed === 0 && kills === Number(values.kills)) {
  process.stdout.write(
    `OK: killed ${kills} times; every reading is there, once where the VTN can be asked.\n`,
  );
} else {
  const why = failed > 0 ? `${failed} fleets are not as they should be` : `only ${kills} kills in the time`;
  const args = process.argv.slice(2).join(' ');
  process.stdout.write(`FAILED: ${why}. Replay: npm run test:crash:reports -- ${args} --seed ${seed}\n`);
  process.exitCode = 1;
}
