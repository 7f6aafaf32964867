import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { generateFleet } from '../../src/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { cleanEnvironment, startProgram } from '../cli/terminal.ts';
import { temporaryFolder } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { type CodeBlock, codeBlocks, readDocument, root } from './code-blocks.ts';
import { commandsOfShell } from './commands-of-shell.ts';

const manifest = JSON.parse(readDocument('package.json'));
const documents = ['README.md', 'docs/library.md', 'docs/simulator.md', 'docs/database.md', 'docs/events.md'];

describe('whoever follows the documents gets what they say', { concurrency: 2 }, () => {
  for (const document of documents) {
    test(`${document}: every command and example runs as it stands`, async (t) => {
      const blocks = codeBlocks(document);
      const simulator = await simulatorFor(t);
      const folder = await clone(t);
      for (const { code } of blocks.filter(({ language }) => language === 'csv'))
        writeFileSync(join(folder, 'sites.csv'), code);
      const [example] = blocks.filter(({ language }) => language === 'ts');
      if (example) writeFileSync(join(folder, 'lib.ts'), runnable(example, simulator));
      await runShell(blocks, folder, simulator, await commandsOfShell(t, folder));
      await startServers(t, blocks, folder);
      await runScripts(blocks, folder, simulator);
    });
  }
});

test('"npx venfleet" and "npm run -s venfleet --" are the program, in a clone', async (t) => {
  const folder = await clone(t);
  const options = { cwd: folder, env: environment() };
  const ended = await Promise.all([
    startProgram('npx', ['venfleet', '--version'], options).ended,
    startProgram('npm', ['run', '-s', 'venfleet', '--', '--version'], options).ended,
  ]);
  for (const { code, stdout } of ended) assert.deepEqual([code, stdout], [0, `${manifest.version}\n`]);
});

test('no other language stands in the documents than those that are tried', () => {
  for (const { language, place } of documents.flatMap(codeBlocks))
    assert.ok(['sh', 'ts', 'csv', 'json', 'sql', 'text'].includes(language), `${place}: ${language}`);
});

test('what docs/library.md installs is what "npm pack" makes', () => {
  assert.ok(readDocument('docs/library.md').includes(`npm install ./venfleet-${manifest.version}.tgz\n`));
});

test('docs/library.md has every option of what speaks to a VTN', async () => {
  const { otherVtnChecks, vtnChecks, waitingChecks } = await import('../../src/api/check-options.ts');
  const document = readDocument('docs/library.md');
  const rows = [...document.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].map(([, names = '']) => names);
  for (const name of Object.keys({ ...vtnChecks, ...waitingChecks, ...otherVtnChecks }))
    assert.ok(
      rows.some((names) => names.includes(`\`${name}\``)),
      name,
    );
});

test('the README has every command with the words of its help', async () => {
  const { commands } = await import('../../src/cli/main.ts');
  const rows = Object.entries(commands).map(([name, { summary }]) => `| \`${name}\` | ${summary} |\n`);
  assert.ok(readDocument('README.md').includes(rows.join('')), rows.join(''));
});

/** What a clone is to npm and the program, with a small fleet, and a place of its own to write to. */
async function clone(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t);
  for (const part of ['package.json', 'bin', 'src', 'node_modules'])
    symlinkSync(join(root, part), join(folder, part));
  await generateFleet({ dbPath: join(folder, 'config/resources.db'), resources: 30, vens: 3 });
  return folder;
}

function environment(simulator?: Simulator): NodeJS.ProcessEnv {
  const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const vtn = simulator && { VENFLEET_VTN_URL: simulator.url, VENFLEET_TOKEN: 'a-token' };
  return { ...cleanEnvironment(), ...vtn, PATH: path, npm_config_update_notifier: 'false' };
}

const isServer = ({ code }: CodeBlock) => /\bvenfleet vtn\b(?! event)/.test(code);

/** All commands of a document, one after the other in one shell, as a reader would type them. */
async function runShell(
  blocks: readonly CodeBlock[],
  folder: string,
  simulator: Simulator,
  venfleet: string,
): Promise<void> {
  const scripts = blocks.filter((block) => block.language === 'sh' && !isServer(block));
  const commands = scripts.map(({ code, place }) => {
    for (const [, script = ''] of code.matchAll(/npm (?:run (?:-s )?)?(\w+)/g))
      assert.ok(
        ['ci', 'install', 'pack'].includes(script) || script in manifest.scripts,
        `${place}: ${script}`,
      );
    // What installs, or takes as long as this very run, is only held against package.json.
    const tried = code.replace(/^npm (ci|test|pack|install \S+|run build|run bench)\b/gm, 'true');
    return `echo '# ${place}'\n${tried.replaceAll('http://localhost:8000', simulator.url)}`;
  });
  // `npx venfleet` without npx, and without a process of its own: it has a test that has both.
  const npx = `npx() { p=$1; shift; case $p in venfleet) node ${venfleet} "$@";; node) node "$@";; *) false; esac; }\n`;
  const args = ['-eu', '-c', npx + commands.join('')];
  const { code, stdout, stderr } = await startProgram('sh', args, { cwd: folder, env: environment() }).ended;
  assert.equal(code, 0, `${stdout}\n${stderr}`);
}

/** A server is another terminal's: it must come up, and end when it is told to. */
async function startServers(t: TestContext, blocks: readonly CodeBlock[], folder: string): Promise<void> {
  for (const { code, place } of blocks.filter(isServer).filter(({ language }) => language === 'sh')) {
    for (const command of code.trim().split('\n')) {
      const words = command.replace(/\s+#.*$/, '').split(/\s+/);
      assert.deepEqual(words.slice(0, 3), ['npx', 'venfleet', 'vtn'], place);
      const args = ['bin/venfleet.js', ...words.slice(2)].map((word) => (word === '8000' ? '0' : word));
      const options = { cwd: folder, env: environment() };
      const server = startProgram(process.execPath, args, options);
      t.after(() => server.child.kill('SIGKILL'));
      await server.until('stdout', /listening on/);
      server.child.kill('SIGINT');
      assert.equal((await server.ended).code, 0, place);
    }
  }
}

/** An example that imports the sources, not what is built of them, and sends to this simulator. */
function runnable({ code }: Pick<CodeBlock, 'code'>, simulator: Simulator): string {
  return code
    .replace(/'venfleet(\/openadr)?'/g, (_, part = '') => `'${join(root, `src${part}/index.ts`)}'`)
    .replaceAll('http://localhost:8000', simulator.url);
}

/** In one process, one after the other: to start one takes longer than what most of them do. */
async function runScripts(blocks: readonly CodeBlock[], folder: string, simulator: Simulator): Promise<void> {
  const scripts = blocks.filter(({ language }) => language === 'ts');
  if (scripts.length === 0) return;
  const file = (name: string | number) => join(folder, `examples/${name}.ts`);
  mkdirSync(dirname(file('all')), { recursive: true });
  for (const [index, { code }] of scripts.entries())
    writeFileSync(file(index), runnable({ code }, simulator));
  const imports = scripts.map(
    (_, index) => `await import('./${index}.ts');\nconsole.log('${endOfScript}');\n`,
  );
  writeFileSync(file('all'), imports.join(''));
  const options = { cwd: folder, env: environment(simulator) };
  const { code, stdout, stderr } = await startProgram(process.execPath, [file('all')], options).ended;
  const said = stdout.split(`${endOfScript}\n`).slice(0, -1);
  assert.deepEqual([code, stderr], [0, ''], `${scripts[said.length]?.place}\n${stderr}`);
  assert.equal(said.length, scripts.length, `${scripts[said.length]?.place} ends the process`);
  for (const [index, output] of said.entries()) {
    const { place } = scripts[index] as CodeBlock;
    assert.notEqual(output, '', `${place} says nothing`);
    assert.doesNotMatch(output, /\b(undefined|NaN|null)\b/, `${place}\n${output}`);
  }
}

const endOfScript = '-- end of a script --';
