import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execute, pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';
import type { Ended } from './terminal.ts';

test('text leaves the program in one place', () => {
  const source = join(import.meta.dirname, '../../src');
  // A terminal's own movements, and the stream that they go to.
  const known = ['cli/render/output.ts'];
  const leaves = /process\.std(out|err)\.write|console\.|writeSync\(|fs\.write/;
  const files = globSync('**/*.ts', { cwd: source }).filter((file) =>
    leaves.test(readFileSync(join(source, file), 'utf8')),
  );
  assert.deepEqual(files, known);
});

/** What no terminal, pipe or log may get. Line breaks are between the lines. */
const steering = /(?!\n)[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const nasty = '\u001b[2J\u009b31m\u202e\u2066\u0007\r\u007f';

describe('names and answers that would steer a terminal', () => {
  const clean = (of: string, { stdout, stderr }: Ended) => {
    assert.doesNotMatch(stdout, steering, `${of}: ${JSON.stringify(stdout)}`);
    assert.doesNotMatch(stderr, steering, `${of}: ${JSON.stringify(stderr)}`);
    return `${stdout}${stderr}`;
  };

  test('are made visible by every command, in text, JSON and log', async (t) => {
    const { run, write } = terminal(t);
    const simulator = await simulatorFor(t);
    const ven = `Aal${nasty}borg`;
    const db = pythonDatabase(t, sitesOf({ [ven]: 1, Aarhus: 1 }));
    execute(db, `UPDATE resources SET capacities = '{${nasty.replaceAll("'", '')}' WHERE ven = 'Aarhus'`);
    const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
    simulator.answerNext(
      2,
      { status: 422, body: JSON.stringify({ detail: `no${nasty}` }) },
      'POST /resources',
    );
    const said = clean('register', await run('register', ...to, '--log-level', 'debug'));
    assert.ok(said.includes('\\u001b[2J\\u009b31m\\u202e\\u2066'), said);
    for (const [command, ...args] of [
      ['register', '--json'],
      ['register', '--dry-run', '--ven', 'Nowhere\u001b[2J\u202e'],
      ['plan', '--all'],
      ['plan', '--json', '--log-level', 'debug'],
      ['verify'],
      ['apply', '--yes'],
      ['deregister', '--yes', '--ven', ven],
    ] as const)
      clean(command, await run(command, ...args, ...to));
    clean('status', await run('status', '--db', db));
    clean('status', await run('status', '--db', db, '--json', '--log-level', 'info'));
    clean('help', await run(`no${nasty}such`));
    const csv = write('sites\u202e.csv', `title;address;longitude;latitude;wr\u009bong\n\u001b[2J;;x;y;z\n`);
    clean('import', await run('import', csv, '--db', 'new\u202e.db'));
  });
});
