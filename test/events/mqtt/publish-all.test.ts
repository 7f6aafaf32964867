import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { systemClock } from '../../../src/core/clock.ts';
import { parseBrokerUrl } from '../../../src/events/mqtt/broker-url.ts';
import { openLink } from '../../../src/events/mqtt/link.ts';
import { publishOver } from '../../../src/events/mqtt/publish-all.ts';
import { localBroker } from './local-broker.ts';

test('messages that are published leave nothing at the signals that would have stopped them', async (t) => {
  const local = await localBroker(t);
  const closing = new AbortController();
  const link = await openLink(
    {
      ...{ address: parseBrokerUrl(local.url), version: 4, clientId: 'publisher' },
      ...{ username: undefined, password: undefined, tls: undefined },
      ...{ connectMs: 10_000, keepaliveSeconds: 15, onMessage: () => undefined },
    },
    closing.signal,
  );
  t.after(() => link.close());
  let stop: AbortSignal | undefined;
  const failed: string[] = [];
  await publishOver(
    ['one', 'two'].map((payload) => ({ topic: 'told', payload })),
    {
      ...{ retain: false, timeoutMs: 10_000, clock: systemClock, closing: closing.signal },
      signal: new AbortController().signal,
      failed: (_, problem) => failed.push(problem),
      link(signal) {
        stop = signal;
        return Promise.resolve(link);
      },
    },
  );
  assert.deepEqual(failed, []);
  assert.deepEqual(getEventListeners(stop as AbortSignal, 'abort'), []);
});
