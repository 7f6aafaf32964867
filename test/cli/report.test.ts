import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pointsPage } from '../simulator/points.ts';
import { testLoadId } from '../support/fleet-database.ts';
import { fleetToReport } from '../support/registered-fleet.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import type { Ended } from './terminal.ts';

const rule = '='.repeat(70);

describe('reporting on the command line', () => {
  test('prepare, history and status say in a pipe what they do, and what it came to', async (t) => {
    const { run, runWith } = terminal(t);
    const { dbPath, meterData, vtn } = await fleetToReport(t, { hours: 3 });
    const to = ['--vtn-url', vtn.vtnUrl, '--token', 'secret', '--profile', vtn.profile, '--db', dbPath];
    const place = `VTN ${vtn.vtnUrl} (${vtn.profile}), database ${dbPath}`;
    const good = ({ code, stdout, stderr }: Ended) => {
      assert.deepEqual([code, stderr], [0, '']);
      return stdout.replace(/\([0-9a-f-]{36}\)/g, '(ID)');
    };
    assert.equal(
      good(await run('report', 'prepare', ...to)),
      `${place}\nProgram "venfleet meter data" (ID) was made.\nEvent "venfleet meter data" (ID) was made.\n`,
    );
    const said = good(await run('report', 'history', ...to, '--meter-data', meterData));
    assert.equal(
      said.replace(/^Time: .*$/m, 'Time:'),
      `${place}, meter data ${meterData}
18 readings of 6 loads are to be reported
${rule}
REPORT SUMMARY
${rule}
Loads:                         6
Loads reported:                6
Readings reported:             18 of 18
Loads failed:                  0
Time:
${rule}
`,
    );
    const [again, status, nothing] = await Promise.all([
      run('report', 'history', ...to, '--meter-data', meterData),
      run('report', 'status', '--db', dbPath),
      run('report', 'status', '--db', dbPath, '--profile', 'flex-gateway'),
    ]);
    assert.match(good(again), /^Nothing to do: all readings of 6 of 6 loads are reported already\.$/m);
    assert.equal(
      good(status)
        .replace(/@[0-9a-f-]{36}/, '@ID')
        .replace(/, [\d,]+ d ago/, ', AGE ago')
        .replace(/ [\d,]+ d$/gm, ' AGE')
        .replace(/-+$/gm, '---'),
      `Kind USAGE@ID: 6 of 6 registered loads report.
18 readings; the newest ended 2025-01-15 11:00 UTC, AGE ago.

Load component       Loads  Reporting  Failing  Readings  All until (UTC)   Newest
-------------------  -----  ---------  -------  --------  ----------------  ---
load_0 Base Load         3          3        0         9  2025-01-15 11:00  AGE
load_1 Water Heater      3          3        0         9  2025-01-15 11:00  AGE

VEN      Loads  Reporting  Failing  Readings  All until (UTC)   Newest
-------  -----  ---------  -------  --------  ----------------  ---
Aalborg      4          4        0        12  2025-01-15 11:00  AGE
Aarhus       2          2        0         6  2025-01-15 11:00  AGE
`,
    );
    const env = { VENFLEET_EVENT: 'none', VENFLEET_PROGRAM: 'none' };
    const named = good(await runWith({ env }, 'report', 'prepare', ...to, '--program-name', 'Mine'));
    assert.match(named, /^Program "Mine" \(ID\) was made\.\nEvent "venfleet meter data" \(ID\) was made\.$/m);
    assert.match(
      named,
      /^Reports were filed under event \S+ before\. What was reported there does not count here: "venfleet/m,
    );
    assert.match(
      good(nothing),
      /^There are no such reports; 6 of 6 loads are registered\.\nReports of other kinds are not shown: USAGE@/,
    );
  });

  test('wrong use is one line, and nothing is sent', async (t) => {
    const { run } = terminal(t);
    const { simulator, dbPath, meterData, vtn } = await fleetToReport(t, { dialect: 'flex-gateway' });
    const before = simulator.stats().requests;
    const to = ['--vtn-url', vtn.vtnUrl, '--token', 'secret', '--db', dbPath];
    const history = ['report', 'history', ...to, '--meter-data', meterData];
    const wrong: [args: string[], says: RegExp][] = [
      [
        ['report', 'history', ...to],
        /^venfleet: name the meter file with --meter-data\. See .* \[BAD_OPTION\]$/,
      ],
      [[...history, '--meter-data', 'no-such.h5'], /no-such\.h5 .* \[METER_FILE\]$/],
      [
        [...history, '--ven', 'Aalborgg'],
        /VEN "Aalborgg" \(did you mean "Aalborg"\?\)\. .* \[VEN_UNKNOWN\]$/,
      ],
      [[...history, '--component', 'load_9'], /"load_9"\. It has load_0, load_1\. \[COMPONENT_UNKNOWN\]$/],
      [[...history, '--load', 'x', '--load', testLoadId(0, 'load_0')], /no load "x"\. .* \[LOAD_UNKNOWN\]$/],
      [[...history, '--event', 'e'], /--program and --event go together.* \[BAD_OPTION\]$/],
      [[...history, '--from', 'yesterday'], /--from: must be a date.* \[BAD_OPTION\]$/],
      [
        ['report', 'prepare', ...to, '--event', 'e', '--event-name', 'n'],
        /--event and --event-name cannot go together.* \[BAD_OPTION\]$/,
      ],
      [['report', 'status', '--db', dbPath, '--ven', 'Ribe'], /VEN "Ribe"\. .* \[VEN_UNKNOWN\]$/],
    ];
    for (const [args, says] of wrong) {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^[^\n]+\n$/);
      assert.match(stderr.trimEnd(), says);
    }
    assert.deepEqual(await run('report', 'prepare', ...to), {
      code: 0,
      stdout: 'Nothing to prepare: profile flex-gateway files reports under nothing.\n',
      stderr: '',
    });
    assert.equal(simulator.stats().requests, before);
  });

  test('Ctrl-C: what is in flight is stored, the next run does the rest, and --json says so', async (t) => {
    const { start, run } = terminal(t);
    const { simulator, dbPath, meterData, vtn } = await fleetToReport(t, {
      dialect: 'flex-gateway',
      vens: { Aalborg: 20, Aarhus: 20 },
      latencyMs: 20,
    });
    const to = ['--vtn-url', vtn.vtnUrl, '--token', 'secret', '--db', dbPath, '--meter-data', meterData];
    const args = ['report', 'history', ...to, '--concurrency', '2'];
    const running = start({}, ...args, '--log-level', 'debug');
    await running.until('stderr', /"type":"progress"/);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 130);
    assert.match(
      stderr,
      /^venfleet: stopping when what is in flight is stored; Ctrl-C again stops at once$/m,
    );
    assert.match(
      stdout,
      /^Interrupted\. What is counted here is stored; the same command goes on from here\.$/m,
    );
    const done = Number(/^Loads reported: +(\d+)$/m.exec(stdout)?.[1]);
    assert.ok(done > 0 && done < 80, stdout);
    assert.match(stdout, new RegExp(`^Loads left: +${80 - done}$`, 'm'));

    const rest = await run(...args, '--json');
    assert.deepEqual([rest.code, rest.stderr], [0, '']);
    const { format, reported, alreadyReported, success } = JSON.parse(rest.stdout);
    assert.deepEqual([format, reported, alreadyReported, success], [1, 80 - done, done, true]);
    const held = await pointsPage(simulator);
    assert.deepEqual(
      held.map(({ points, again }) => [points, again]),
      held.map(() => [24, 0]),
    );
    assert.equal(held.length, 80);
  });
});
