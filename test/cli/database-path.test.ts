import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const commands = {
  demo: ['demo'],
  generate: ['generate', '--resources', '1'],
  import: ['import', 'sites.csv'],
  register: ['register', '--dry-run'],
  plan: ['plan'],
  apply: ['apply', '--yes'],
  deregister: ['deregister', '--ven', 'Aalborg', '--yes'],
  verify: ['verify'],
  status: ['status'],
};

describe('--db', () => {
  test('means the path of a file in every command; anything else is refused, and nothing is made', async (t) => {
    const { run, write, path } = terminal(t);
    write('sites.csv', 'title,address,longitude,latitude,sub_type\n');
    mkdirSync(path('folder'));
    const before = readdirSync(path('.'), { recursive: true }).sort();
    for (const [name, args] of Object.entries(commands)) {
      const rare = ['FILE:/tmp/fleet.db?mode=memory', ':memory:', 'new/fleet/'];
      for (const db of ['file:fleet.db', ...(name === 'status' || name === 'generate' ? rare : [])]) {
        const { code, stdout, stderr } = await run(...args, '--db', db);
        assert.deepEqual([code, stdout], [2, ''], `${name} ${db}`);
        assert.match(stderr, /^venfleet: "[^\n]+" cannot name a fleet database: [^\n]+ \[DB_PATH\]\n$/, name);
      }
      const folder = await run(...args, '--db', 'folder');
      assert.match(folder.stderr, /it is a folder.* \[NOT_WRITABLE\]\n$/, name);
    }
    assert.deepEqual(readdirSync(path('.'), { recursive: true }).sort(), before);
  });

  test('of a file that is not there makes nothing, where a command does not make databases', async (t) => {
    const { run, path } = terminal(t);
    for (const name of ['register', 'plan', 'apply', 'deregister', 'verify', 'status'] as const) {
      const { code, stderr } = await run(...commands[name], '--db', 'no/such.db');
      assert.deepEqual([code, /\[DB_MISSING\]\n$/.test(stderr)], [2, true], stderr);
    }
    assert.deepEqual(readdirSync(path('.')), []);
  });

  test('in a configuration file is relative to that file, as are the other paths in it', async (t) => {
    const { run, write } = terminal(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
    write('place/secret', 'a-token');
    const config = write('place/config.json', '{"db": "fleet.db", "tokenFile": "secret"}');
    const made = await run('generate', '--resources', '1', '--config', config, '--json');
    assert.equal(made.code, 0, made.stderr);
    assert.equal(JSON.parse((await run('status', '--db', 'place/fleet.db', '--json')).stdout).loads.total, 6);
    assert.equal((await run('register', '--dry-run', '--config', 'place/config.json')).code, 0);
    const flag = await run('register', '--dry-run', '--config', config, '--token-file', 'secret');
    assert.match(
      flag.stderr,
      /The token file secret cannot be used/,
      'a flag is relative to the current folder',
    );
    write('place/absolute.json', JSON.stringify({ db }));
    assert.equal((await run('status', '--config', 'place/absolute.json')).code, 0);
    write('place/memory.json', '{"db": ":memory:"}');
    assert.match((await run('status', '--config', 'place/memory.json')).stderr, /\[DB_PATH\]/);
  });
});
