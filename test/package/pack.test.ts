import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { cleanEnvironment, startProgram } from '../cli/terminal.ts';
import { codeBlocks, root } from '../docs/code-blocks.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What is published, laid out where nothing else of this project is. */
describe('the package as others install it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-package-'));
  const consumer = join(folder, 'consumer');
  const installed = join(consumer, 'node_modules/venfleet');
  const bin = join(consumer, 'node_modules/.bin/venfleet');

  before(async () => {
    const tarball = await pack(folder);
    mkdirSync(installed, { recursive: true });
    await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
    // As npm would install them, but from this machine: only what the package says that it needs.
    for (const name of [...Object.keys(manifest.dependencies), '@types/node', 'undici-types'])
      link(name, consumer);
    mkdirSync(dirname(bin));
    symlinkSync(join(installed, manifest.bin.venfleet), bin);
    writeFileSync(join(consumer, 'package.json'), '{"type": "module"}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function venfleet(...args: string[]) {
    return startProgram(process.execPath, [bin, ...args], { cwd: consumer, env: cleanEnvironment() }).ended;
  }

  test('holds what is needed, and nothing else', () => {
    const expected = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin',
      'deploy',
      'dist',
      'docs',
      'grafana',
      'package.json',
    ];
    assert.deepEqual(readdirSync(installed).sort(), expected);
    // Folders may have a dot in their names, too: `openadr-3.0`.
    const files = globSync('**/*.*', { cwd: installed }).filter((path) =>
      statSync(join(installed, path)).isFile(),
    );
    const strange = files.filter(
      (file) => !/^(bin|dist)\/.*\.js$|^dist\/.*\.d\.ts$|\.md$|^(dist\/web|deploy|grafana)\//.test(file),
    );
    assert.deepEqual(strange, ['package.json']);
    const sources = globSync('**/*.ts', {
      cwd: join(root, 'src'),
      exclude: ['web/**'],
    });
    assert.ok(files.includes('dist/web/index.html'));
    assert.equal(files.filter((file) => file.endsWith('.d.ts')).length, sources.length);
    for (const { types, default: code } of [manifest.exports['.'], manifest.exports['./openadr']])
      for (const path of [types, code]) assert.ok(existsSync(join(installed, path)), path);
    assert.match(readFileSync(join(installed, manifest.bin.venfleet), 'utf8'), /^#!\/usr\/bin\/env node\n/);
  });

  test('its program runs: version, generate, register, demo, status', async (t) => {
    assert.deepEqual(await venfleet('--version'), { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const made = await venfleet('generate', '--resources', '12', '--vens', '2');
    assert.match(made.stdout, /^Generated 2 VENs, 12 sites and 72 loads/);
    const simulator = await simulatorFor(t);
    const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
    const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
    assert.match((await venfleet('register', ...to)).stdout, /Successfully registered 12\/12 loads/);
    const demo = await venfleet('demo', '--json');
    assert.deepEqual([demo.code, demo.stderr], [0, '']);
    assert.equal(JSON.parse(demo.stdout).loads.registered, 72);
    assert.match((await venfleet('status')).stdout, /^72 of 72 loads are registered/);
  });

  test('its library runs, and its types hold in strict TypeScript, as do the documents', async (t) => {
    const script = join(import.meta.dirname, 'consumer.ts');
    cpSync(script, join(consumer, 'consumer.ts'));
    const examples = ['README.md', 'docs/library.md', 'docs/openadr-client.md'].flatMap(codeBlocks);
    const typescript = examples.filter(({ language }) => language === 'ts');
    assert.ok(typescript.length >= 3);
    for (const [index, { code, place }] of typescript.entries())
      writeFileSync(join(consumer, `example${index}.ts`), `// ${place}\n${code}`);
    await compile(consumer);
    const simulator = await simulatorFor(t, { tokens: ['a-token'] });
    const db = pythonDatabase(t, sitesOf({ Aalborg: 2 }));
    const args = [join(consumer, 'consumer.js'), db, simulator.url];
    const { stdout } = await run(process.execPath, args, { cwd: consumer, env: cleanEnvironment() });
    assert.deepEqual(JSON.parse(stdout), {
      registered: 12,
      approved: 12,
      found: 'load_3',
      vens: ['Aalborg'],
    });
  });
});

/** `npm pack` on a copy: it builds, and must not disturb those who work beside this test. */
async function pack(folder: string): Promise<string> {
  const copy = join(folder, 'copy');
  const parts = ['src', 'bin', 'docs', 'README.md', 'LICENSE', 'CHANGELOG.md', 'package.json'];
  const built = ['tsconfig.json', 'tsconfig.build.json', 'vite.config.ts', 'vite', 'deploy', 'grafana'];
  for (const part of [...parts, 'SECURITY.md', ...built])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const args = ['pack', '--json', '--loglevel=error', '--offline', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: copy, env: cleanEnvironment() });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  return join(folder, filename);
}

function link(name: string, consumer: string): void {
  const path = join(consumer, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), path);
}

/** Compiles a consumer's files with the compiler's defaults for Node, the package's own types included. */
async function compile(consumer: string): Promise<void> {
  const tsconfig = {
    compilerOptions: {
      strict: true,
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'nodenext',
      types: ['node'],
      skipLibCheck: false,
    },
    include: ['*.ts'],
  };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify(tsconfig));
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  await run(process.execPath, [compiler, '-p', consumer, '--singleThreaded']).catch(
    (error: { stdout?: string }) => {
      assert.fail(error.stdout);
    },
  );
}
