#!/usr/bin/env node
// A clone runs the TypeScript sources as they are; the published package has only `dist`.
// Plain old syntax up to the version check, so that an old Node can say what it needs.
import { existsSync } from 'node:fs';
import module from 'node:module';

const sources = new URL('../src/cli/main.ts', import.meta.url);
const isClone = existsSync(sources);
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  const advice = isClone
    ? '"npm ci" brings its own: run "npx venfleet" or "npm run -s venfleet --".'
    : 'Install Node.js 24 or newer.';
  process.stderr.write(`venfleet needs Node.js 24 or newer; this is ${process.versions.node}. ${advice}\n`);
  process.exit(2);
}
// Keeps compiled code between runs: starts sooner, in less memory.
module.enableCompileCache();
const entry = isClone ? sources : new URL('../dist/cli/main.js', import.meta.url);
const { main } = await import(entry.href);
await main(process.argv.slice(2));
