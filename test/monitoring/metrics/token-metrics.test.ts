import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createTokenMeter } from '../../../src/monitoring/metrics/token-metrics.ts';
import { faultsOf, readExposition } from '../../support/exposition.ts';

/** What is told of tokens, without comments; and it is well formed. */
function setUp() {
  const registry = new Registry();
  const clock = { nowMs: 1_000_000 };
  const meter = createTokenMeter(registry, () => clock.nowMs);
  const told = async () => {
    const text = await registry.metrics();
    assert.deepEqual(faultsOf(readExposition(text)), []);
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  };
  return { meter, told, clock };
}

const none = { expiresMs: null } as const;

test('without OAuth2 there is nothing to tell but that nothing was asked for', async () => {
  const { told } = setUp();
  assert.deepEqual(await told(), [
    'venfleet_token_requests_total{outcome="got"} 0',
    'venfleet_token_requests_total{outcome="refused"} 0',
    'venfleet_token_requests_total{outcome="failed"} 0',
  ]);
});

test('the token of one client: when it expires, also once that is over', async () => {
  const { meter, told, clock } = setUp();
  meter({ clientId: 'bl', outcome: 'got', expiresMs: 1_060_000 });
  const expiry = async () => (await told()).slice(3);
  const valid = ['venfleet_tokens{state="valid"} 1', 'venfleet_tokens{state="expired"} 0'];
  assert.deepEqual(await expiry(), [...valid, 'venfleet_token_expiry_timestamp_seconds 1060']);
  clock.nowMs = 1_060_000;
  meter({ clientId: 'bl', outcome: 'failed', ...none });
  const expired = ['venfleet_tokens{state="valid"} 0', 'venfleet_tokens{state="expired"} 1'];
  assert.deepEqual(await expiry(), [...expired, 'venfleet_token_expiry_timestamp_seconds 1060']);
  meter({ clientId: 'bl', outcome: 'got', expiresMs: 1_120_000 });
  assert.deepEqual(await expiry(), [...valid, 'venfleet_token_expiry_timestamp_seconds 1120']);
  meter({ clientId: 'bl', outcome: 'got', ...none });
  assert.deepEqual(await expiry(), valid);
});

test('hundreds of clients are as many series as one, and none is named', async () => {
  const { meter, told, clock } = setUp();
  for (let n = 0; n < 300; n++)
    meter({ clientId: `client-${n}`, outcome: 'got', expiresMs: 1_000_000 + n * 1_000 });
  for (let n = 0; n < 7; n++) meter({ clientId: `client-${n}`, outcome: 'refused', ...none });
  clock.nowMs = 1_100_000;
  assert.deepEqual(await told(), [
    'venfleet_token_requests_total{outcome="got"} 300',
    'venfleet_token_requests_total{outcome="refused"} 7',
    'venfleet_token_requests_total{outcome="failed"} 0',
    'venfleet_tokens{state="valid"} 199',
    'venfleet_tokens{state="expired"} 101',
    'venfleet_token_expiry_timestamp_seconds 1101',
  ]);
});
