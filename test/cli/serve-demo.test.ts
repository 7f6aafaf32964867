import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setInterval } from 'node:timers/promises';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { terminal } from './terminal.ts';

interface Overview {
  readonly loads: { readonly registered: number };
  readonly events: { readonly upcoming: number };
  readonly parts: readonly { readonly name: string; readonly state: string }[];
}

test('the demo of serve registers the fleet that it finds, all its parts work, and it ends when told to', async (t) => {
  const { start } = terminal(t);
  const db = pythonDatabase(t, sitesOf({ Aalborg: 2, Skagen: 1 }));
  const { child, until, ended } = start({}, 'serve', 'demo', '--db', db, '--port', '0');
  const [, url] = await until('stdout', /^Page: (\S+)$/m);
  for await (const _ of setInterval(100)) {
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    const { loads, parts, events } = (await (await fetch(`${url}/api/v1/overview`)).json()) as Overview;
    const states = new Set(parts.map(({ state }) => state));
    assert.ok(!states.has('off') && !states.has('degraded'), JSON.stringify(parts));
    // Posted ahead of its beginning: one that began at once would be told to every load too late.
    if (loads.registered === 18 && !states.has('starting') && events.upcoming === 1) break;
  }
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
});
