/*
 * Commands that a shell gives, carried out in the process that commands share (test/cli/in-turn.ts): to start the program for each
 * takes longer than what they do.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { Asked } from '../cli/commands-in-turn.ts';
import { ask } from '../cli/in-turn.ts';

/** Stands for the program in the shell: asks for the command, and says and ends as that does. */
const client = (port: number) => `
const { cwd, env: all, argv: [, , ...args], stdout, stderr } = process;
const env = Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith('VENFLEET_')));
const body = JSON.stringify({ args, cwd: cwd(), env });
require('node:http').request({ port: ${port}, method: 'POST' }, async (response) => {
  const ended = JSON.parse(Buffer.concat(await response.toArray()));
  stdout.write(ended.stdout);
  stderr.write(ended.stderr);
  process.exitCode = ended.code;
}).end(body);
`;

/** Writes that program into the folder; returns its path. */
export async function commandsOfShell(t: TestContext, folder: string): Promise<string> {
  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(await ask((await json(request)) as Asked)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const path = join(folder, 'in-turn.cjs');
  writeFileSync(path, client((server.address() as AddressInfo).port));
  return path;
}
