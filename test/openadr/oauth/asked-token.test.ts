import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskedToken } from '../../../src/openadr/index.ts';
import { fakeClock } from '../fake-clock.ts';
import { client, grant, secret, tokensAt } from '../oauth-clients.ts';
import { json, scriptedServer, text } from '../scripted-server.ts';

test('each token that is asked for is told of once, with what came of it', async (t) => {
  const clock = fakeClock();
  const endpoint = await scriptedServer(t, [
    grant('t1', { expires_in: 100 }),
    text(500, ''),
    json(400, { error: 'invalid_scope' }),
    json(401, { error: 'invalid_client' }),
    json(200, {}),
    grant('t2'),
  ]);
  const told: AskedToken[] = [];
  const tokens = tokensAt(endpoint.url, { clock, onToken: (asked) => told.push(asked) });
  const ask = () => Promise.resolve(tokens.token()).catch(() => undefined);
  await Promise.all([ask(), ask(), ask()]);
  for (let asked = 1; asked < 6; asked++) {
    // A refusal stands for 10 s, and the first token for 100.
    clock.advance(100_000);
    await Promise.all([ask(), ask()]);
    await ask();
  }
  const { clientId } = client;
  const none = { clientId, expiresMs: null };
  assert.deepEqual(told, [
    { clientId, outcome: 'got', expiresMs: 1_700_000_100_000, code: null },
    { ...none, outcome: 'failed', code: 'OAUTH_UNAVAILABLE' },
    { ...none, outcome: 'refused', code: 'OAUTH_SCOPE' },
    { ...none, outcome: 'refused', code: 'OAUTH_REFUSED' },
    { ...none, outcome: 'failed', code: 'OAUTH_ENDPOINT' },
    { ...none, outcome: 'got', code: null },
  ]);
  assert.equal(endpoint.requests.length, 6);
  assert.ok(!JSON.stringify(told).includes(secret));
});
