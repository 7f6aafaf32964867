/**
 * The crash test of events: kills `venfleet events` with SIGKILL at random moments and restarts it, over and over, while events are
 * made, changed and cancelled, and checks what a file, a broker and a web address were told. `npm run test:crash:events -- --help`.
 */
import { parseArgs } from 'node:util';
import { eventCampaign, type ToldFleet } from './events.ts';

const usage = `npm run test:crash:events -- [--kills 20] [--fleets 3] [--seed N] [--vens 10] [--minutes 15]
The seed draws the moments of the kills, the events and the faults; without one it is drawn, and printed.`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    fleets: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    vens: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '15' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

const columns = [
  ...['kills', 'changes', 'loads', 'arrived', 'again', 'seconds', 'twice', 'wrong', 'unlike', 'left'],
] as const;
const row = (cells: readonly (string | number)[]) =>
  `${cells.map((cell) => String(cell).padStart(9)).join('')}\n`;

const seed = Number(values.seed);
const [kills, fleets] = [Number(values.kills), Number(values.fleets)];
process.stdout.write(`Crash test of events with seed ${seed}\n${row(columns)}`);
const told: ToldFleet[] = [];
for await (const fleet of eventCampaign({
  ...{ kills, fleets, seed, vens: Number(values.vens) },
  timeLimitMs: Number(values.minutes) * 60_000,
})) {
  told.push(fleet);
  process.stdout.write(row(columns.map((name) => fleet[name as keyof ToldFleet] as number)));
  for (const line of [...fleet.examples, ...fleet.complaints]) process.stdout.write(`  ${line}\n`);
}
const killed = told.reduce((sum, fleet) => sum + fleet.kills, 0);
const failed = told.filter(({ ok }) => !ok).length;
if (failed === 0 && killed === kills * fleets) {
  process.stdout.write(`OK: killed ${killed} times; each load does what is asked, and nothing came twice.\n`);
} else {
  const why = failed > 0 ? `${failed} fleets are not as they should be` : `only ${killed} kills in the time`;
  const args = process.argv.slice(2).join(' ');
  process.stdout.write(`FAILED: ${why}. Replay: npm run test:crash:events -- ${args} --seed ${seed}\n`);
  process.exitCode = 1;
}
