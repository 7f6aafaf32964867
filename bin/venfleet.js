#!/usr/bin/env node
// A clone runs the TypeScript sources as they are; the published package has only `dist`.
// Old syntax alone, and nothing that an old Node lacks before the version check, so that it can say what it needs.
import fs from 'fs';
import module from 'module';

const sources = new URL('../src/cli/main.ts', import.meta.url);
const isClone = fs.existsSync(sources);
const major = Number(process.versions.node.split('.')[0]);

function refuse(problem) {
  process.stderr.write('venfleet ' + problem + '\n');
  process.exit(2);
}

if (major < 24) {
  const advice = isClone
    ? '"npm ci" brings its own: run "npx venfleet" or "npm run -s venfleet --".'
    : 'Install Node.js 24 or newer.';
  refuse('needs Node.js 24 or newer; this is ' + process.versions.node + '. ' + advice);
}
if (isClone && !process.features.typescript) {
  refuse(
    'runs from TypeScript sources here, and type stripping is switched off: take it out of NODE_OPTIONS.',
  );
}
// Keeps compiled code between runs: starts sooner, in less memory.
module.enableCompileCache();
const entry = isClone ? sources : new URL('../dist/cli/main.js', import.meta.url);
import(entry.href).then(function run(program) {
  return program.main(process.argv.slice(2));
});
