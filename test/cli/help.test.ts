import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands as allCommands } from '../../src/cli/main.ts';
import { optionGroups, options } from '../../src/cli/options/option-table.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const commands = Object.keys(allCommands);

test('--help lists the commands, --version says the version', async (t) => {
  const { run } = terminal(t);
  const [help, number] = await Promise.all([run('-h'), run('--version')]);
  assert.deepEqual([help.code, help.stderr], [0, '']);
  const listed = [...help.stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
  const topmost = new Set(commands.map((command) => command.split(' ')[0]));
  assert.deepEqual(listed, [...topmost, 'help']);
  for (const name of ['demo', 'generate', 'import', 'register', 'status', 'vtn'])
    assert.ok(commands.includes(name));
  assert.match(help.stdout, /Begin with: venfleet demo\n/);
  assert.deepEqual(number, { code: 0, stdout: `${version}\n`, stderr: '' });
});

test('each command explains itself with examples that use only what it has', async (t) => {
  const { run } = terminal(t);
  await Promise.all(
    commands.map(async (command) => {
      const { code, stdout, stderr } = await run(...command.split(' '), '--help');
      assert.deepEqual([code, stderr], [0, ''], command);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, `${command}: ${line}`);
      // A line that ends early within a paragraph was broken twice.
      for (const [paragraph] of stdout.split('\nExamples:')[0]?.matchAll(/^[A-Z].*(?:\n\S.*)+$/gm) ?? []) {
        const lines = paragraph.split('\n');
        for (const [at, line] of lines.slice(0, -1).entries())
          assert.ok(
            line.length + 1 + (lines[at + 1]?.split(' ')[0]?.length ?? 0) > 80,
            `${command}: ${line}`,
          );
      }
      const known = new Set([...stdout.matchAll(/^ {2}(?:-h, )?(--[a-z-]+)/gm)].map(([, flag]) => flag));
      assert.ok(known.has('--help') && known.has('--config') && known.has('--log-level'), command);
      const examples = [...stdout.matchAll(/^ {2}\$ (.*)$/gm)].map(([, example = '']) => example);
      assert.ok(examples.length > 0, `${command} has no example`);
      for (const example of examples) {
        assert.match(example, new RegExp(`^([A-Z_]+=\\S+ )*venfleet ${command}\\b`));
        assert.ok(!/\bof vtn\b/.test(stdout), `${command} speaks of another command's option`);
        for (const [flag] of example.matchAll(/--[a-z-]+/g))
          assert.ok(known.has(flag), `${command}: ${flag}`);
      }
    }),
  );
});

test('each option stands under one heading of the help', () => {
  const grouped = Object.values(optionGroups).flatMap((group) => Object.keys(group));
  assert.deepEqual(grouped.toSorted(), Object.keys(options).toSorted());
});

test('an option means what the help of its command says', async (t) => {
  const { run } = terminal(t);
  const [vtn, deregister] = await Promise.all([run('vtn', '--help'), run('deregister', '--help')]);
  assert.doesNotMatch(vtn.stdout, /--token-file/);
  assert.match(vtn.stdout, /--max-rate <n> +requests a second, above which come 429s/);
  assert.match(deregister.stdout, /--ven <name> +required: /);
});

test('without a command there is help, but it is wrong use', async (t) => {
  const { code, stdout, stderr } = await terminal(t).run();
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^Usage: venfleet /);
});

/** Arguments, and what the one line on standard error says. */
const wrongUse: [args: string[], says: RegExp][] = [
  [
    ['registr'],
    /^venfleet: unknown command 'registr' \(Did you mean register\?\) See "venfleet --help"\. \[BAD_USAGE\]$/,
  ],
  [
    ['help', 'registr'],
    /^venfleet: unknown command 'registr' \(Did you mean register\?\) See .*\[BAD_USAGE\]$/,
  ],
  [['register', '--vtn'], /unknown option '--vtn' .*See "venfleet register --help"\. \[BAD_USAGE\]$/],
  [
    ['--db', 'x', 'status'],
    /unknown option '--db': options come after the command\. See "venfleet --help"\./,
  ],
  [
    ['register', '--token', 'a', '--token-file', 'f'],
    /--token and --token-file cannot go together\. .*\[BAD_OPTION\]$/,
  ],
  [['register', '--vtn-url'], /option '--vtn-url <url>' argument missing\. See/],
  [['register', 'Aalborg'], /too many arguments for 'register'/],
  [
    ['register', '--limit-vens', '0'],
    /--limit-vens: must be a whole number from 1 to 10000000\. .*\[BAD_OPTION\]$/,
  ],
  [['register', '--vtn-url', 'localhost:8000'], /no VTN address: it must begin with http.*\[VTN_URL\]$/],
  [['register', '--concurrency', '5', '--batch-size', '5'], /--concurrency cannot go with --batch-size/],
  [
    ['events', '--token', 'x', '--sink', '-', '--concurrency', '5', '--batch-size', '5'],
    /See "venfleet events --help"/,
  ],
  [['serve', '--token', 'x', '--concurrency', '5', '--batch-size', '5'], /See "venfleet serve --help"/],
  [
    ['report', 'live', '--token', 'x'],
    /name the meter file with --meter-data\. See "venfleet report live --help"/,
  ],
  [['plan', '--client-id', 'x'], /--client-id needs its secret, .* See "venfleet plan --help"\. /],
  [['register', '--token', 'x', '--client-id', 'y'], /cannot go together.*"venfleet register --help"/],
  [['register', '--role', 'BL'], /^venfleet: --role is for OpenADR; .*\[BAD_OPTION\]$/],
  [
    ['plan', '--profile', 'openadr-3.1', '--service-location', 'object'],
    /^venfleet: --service-location is for profile flex-gateway; openadr-3\.1 has no choice of it\. .*"venfleet plan/,
  ],
  [
    ['vtn', '--profile', 'openadr-3.0', '--service-location', 'string'],
    /^venfleet: --service-location is for/,
  ],
  [
    ['demo', '--profile', 'openadr-3.0', '--service-location', 'string'],
    /^venfleet: --service-location is for/,
  ],
  [['import'], /missing required argument 'file'/],
  [['vtn', '--set', 'workers'], /--set: "workers" is not switch=value\./],
  [['vtn', '--set', 'workers=-1'], /-1 is no value for the simulator's switch "workers"/],
  [['vtn', '--set', 'wrokers=3'], /the VTN simulator has no switch "wrokers"\. See/],
];

test('wrong use is told in one line, and ends with 2', async (t) => {
  const { run } = terminal(t);
  await Promise.all(
    wrongUse.map(async ([args, says]) => {
      const { code, stdout, stderr } = await run(...args);
      assert.match(stderr, /^venfleet: [^\n]+\n$/);
      assert.match(stderr.trimEnd(), says);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    }),
  );
});
