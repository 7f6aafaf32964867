import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setInterval } from 'node:timers/promises';
import { postEvent } from '../../src/api/post-event.ts';
import { terminal } from '../cli/terminal.ts';
import { fleetToReport } from './registered-fleet.ts';
import { report } from './reporting-fleet.ts';

/** What the real `venfleet serve` tells at /metrics of a fleet that is registered, reports, and was handed an event. */
export async function servedMetrics(t: TestContext): Promise<string> {
  const fleet = await fleetToReport(t);
  await report(fleet);
  await postEvent({ ...fleet.vtn, action: { kind: 'create' }, wish: {} });
  const { start, path } = terminal(t);
  const { child, until, ended } = start(
    { env: { VENFLEET_TOKEN: fleet.vtn.bearerToken } },
    ...['serve', '--db', fleet.dbPath, '--vtn-url', fleet.vtn.vtnUrl, '--profile', fleet.profile],
    ...['--port', '0', '--sink', path('instructions.ndjson')],
  );
  const [, url] = await until('stdout', /^Page: (\S+)$/m);
  await until('stdout', /^plan succeeded/m);
  const text = await askUntil(
    `${url}/metrics`,
    /^venfleet_dispatches_total\{sink="file",end="(handed|late)"\} [1-9]/m,
  );
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
  return text;
}

/** Asks until the answer has it. */
export async function askUntil(url: string, pattern: RegExp): Promise<string> {
  for await (const _ of setInterval(100)) {
    const response = await fetch(url);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    if (pattern.test(text)) return text;
  }
  throw new Error('unreachable');
}
