import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/store/open-store.ts';
import { knownEvent } from '../events/known-events.ts';
import { pythonDatabase, sitesOf } from '../support/fleet-database.ts';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn } from './in-turn.ts';

test('events says how much it has forgotten, after as many days as it is told; 0: never', async (t) => {
  const { run, path: at } = terminalInTurn(t);
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const daysAgo = (days: number) => Date.now() - days * 86_400_000;
  const store = await openStore(db);
  t.after(() => store.close());
  await store.recordEvents(
    [10, 399, 401].map((days) => ({
      ...knownEvent(`${days} days`).stored,
      ...{ state: 'over' as const, receivedMs: daysAgo(days) },
    })),
    [],
  );
  const left = async () => (await store.events()).map(({ eventId }) => eventId).sort();
  const access = ['--vtn-url', simulator.url, '--token', 'x', '--profile', 'openadr-3.1'];
  const events = (...more: string[]) =>
    run('events', '--db', db, ...access, '--once', '--sink', at('told.ndjson'), ...more);

  const never = await events('--keep-events', '0');
  assert.equal(never.code, 0, never.stderr);
  assert.doesNotMatch(never.stdout, /Forgotten/);
  assert.equal((await left()).length, 3);

  const usual = await events();
  assert.match(usual.stdout, /^Forgotten, of before \d{4}-\d\d-\d\d: 1 event that is over, 0 dispatches\.$/m);
  assert.deepEqual(await left(), ['10 days', '399 days']);

  const soon = await events('--keep-events', '9', '--json');
  const [forgotten] = soon.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'forgotten');
  const { type: _, before, ...counts } = forgotten;
  assert.deepEqual(counts, { format: 1, events: 2, dispatches: 0 });
  assert.ok(Date.parse(before) <= daysAgo(9));
  assert.deepEqual(await left(), []);

  const { code, stderr } = await events('--keep-events', 'ever');
  assert.equal(code, 2);
  assert.match(stderr, /--keep-events: must be a whole number from 0 to 36500/);
});
