import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer } from 'node:tls';
import { VenfleetError } from '../../../src/core/errors.ts';
import { type Broker, type BrokerOptions, connectBroker } from '../../../src/events/mqtt/connection.ts';
import { topicMatches } from '../../../src/events/mqtt/subscriptions.ts';
import { connackV5, localBroker, scriptedBroker } from './local-broker.ts';

const retry = { maxAttempts: 1, baseMs: 5, capMs: 20 };

/** A broker connection that ends with the test. */
function connected(t: { after(work: () => Promise<void>): void }, options: BrokerOptions): Broker {
  const broker = connectBroker({ retry, ...options });
  t.after(broker.close);
  return broker;
}

/** Resolves at the next state that is so. */
function nextState(broker: Broker, isIt: (problem: string | null) => boolean): Promise<string | null> {
  return new Promise((resolve) => {
    broker.onState((problem) => {
      if (isIt(problem)) resolve(problem);
    });
  });
}

test('what is published is acknowledged, and told to those who subscribed', async (t) => {
  const local = await localBroker(t);
  const broker = connected(t, { url: local.url });
  const heard: string[] = [];
  const two = Promise.withResolvers<void>();
  const unsubscribe = await broker.subscribe(['a/+', 'b'], (topic, payload) => {
    heard.push(`${topic} ${Buffer.from(payload)}`);
    if (heard.length === 2) two.resolve();
  });
  await broker.publish('a/1', 'one', { retain: true });
  await broker.publish('b', 'two');
  await two.promise;
  await unsubscribe();
  await broker.publish('b', 'three');
  await broker.publish('a/2', 'four');
  assert.deepEqual(heard, ['a/1 one', 'b two']);
  assert.deepEqual([...(await local.retained())], [['a/1', 'one']]);
});

test('a connection that is lost comes back, with its subscriptions and a fresh password', async (t) => {
  const passwords: string[] = [];
  const local = await localBroker(t, {
    authenticate: (_, username, password, done) => {
      passwords.push(`${username}:${password}`);
      done(null, true);
    },
  });
  let asked = 0;
  const broker = connected(t, {
    url: local.url,
    username: 'ven',
    version: 4,
    password: async () => `token-${++asked}`,
  });
  const heard: string[] = [];
  const back = Promise.withResolvers<void>();
  await broker.subscribe(['topic'], (_, payload) => {
    heard.push(String(Buffer.from(payload)));
    back.resolve();
  });
  const lost = nextState(broker, (problem) => problem !== null);
  await local.stop();
  assert.match(String(await lost), /lost|closed|ECONNREFUSED/);
  const again = nextState(broker, (problem) => problem === null);
  await local.start();
  await again;
  await broker.publish('topic', 'hello');
  await back.promise;
  assert.deepEqual(heard, ['hello']);
  assert.equal(passwords[0], 'ven:token-1');
  assert.ok(passwords.length >= 2 && new Set(passwords).size === passwords.length, String(passwords));
});

test('what the broker refuses is said, without the password', async (t) => {
  const local = await localBroker(t, {
    authenticate: (_, _username, _password, done) =>
      done(Object.assign(new Error('no'), { returnCode: 5 as never }), false),
  });
  const broker = connected(t, { url: local.url, username: 'ven', password: 'hunter22', timeoutMs: 200 });
  const problem = await nextState(broker, (state) => state !== null);
  assert.match(String(problem), /refused: Not authorized/);
  await assert.rejects(
    broker.publish('a', 'b'),
    (error: Error) => /Not authorized/.test(error.message) && !error.message.includes('hunter22'),
  );
});

test('a topic that the broker refuses is named', async (t) => {
  const local = await localBroker(t, {
    authorizeSubscribe: (_, subscription, done) =>
      done(null, subscription.topic === 'no' ? null : subscription),
  });
  const broker = connected(t, { url: local.url });
  await assert.rejects(
    broker.subscribe(['yes', 'no'], () => undefined),
    /refuses the topic no/,
  );
  await broker.subscribe(['yes'], () => undefined);
});

test('a broker that does not acknowledge is given up in time, and gets nothing later', async (t) => {
  const received: Buffer[] = [];
  let ended = 0;
  const url = await scriptedBroker(t, (socket, data) => {
    if (data[0] === 0x10) {
      socket.write(connackV5);
      socket.on('close', () => ended++);
    } else received.push(data);
  });
  const broker = connected(t, { url, timeoutMs: 150 });
  await assert.rejects(broker.publish('a', 'stale'), /did not acknowledge it in time/);
  const seen = Buffer.concat(received).toString('latin1');
  assert.equal(seen.split('stale').length, 2, 'it was sent once');
  await nextState(broker, (problem) => problem === null);
  // Whatever it gets next, it is not the message that was given up.
  await assert.rejects(broker.publish('a', 'fresh'));
  assert.equal(Buffer.concat(received).toString('latin1').split('stale').length, 2);
  assert.ok(ended >= 1);
});

test('never more is under way than the broker takes', async (t) => {
  let open = 0;
  let most = 0;
  let count = 0;
  const url = await scriptedBroker(t, (socket, data) => {
    // Receive maximum (0x21) 3.
    if (data[0] === 0x10) return void socket.write(Buffer.from([0x20, 6, 0, 0, 3, 0x21, 0, 3]));
    // Each message is as long as its second byte says, and fits into one read with others.
    for (let at = 0; at < data.length; at += 2 + (data[at + 1] as number)) {
      if ((data[at] as number) >> 4 !== 3) continue;
      most = Math.max(most, ++open);
      count++;
      const topicLength = data.readUInt16BE(at + 2);
      const id = data.subarray(at + 4 + topicLength, at + 6 + topicLength);
      setImmediate(() => {
        open--;
        socket.write(Buffer.concat([Buffer.from([0x40, 2]), id]));
      });
    }
  });
  const broker = connected(t, { url });
  const messages = (name: string) =>
    Array.from({ length: 50 }, (_, index) => ({ topic: `${name}/${index}`, payload: 'x' }));
  const failed: string[] = [];
  const options = { retain: false, failed: (_: number, problem: string) => failed.push(problem) };
  await Promise.all([broker.publishAll(messages('a'), options), broker.publishAll(messages('b'), options)]);
  assert.deepEqual({ most, count, failed }, { most: 3, count: 100, failed: [] });
});

test('over TLS the broker must have a certificate of the authority', async (t) => {
  const pem = (name: string) => readFileSync(join(import.meta.dirname, '../../openadr/certs', name));
  const local = await localBroker(t, {}, (handle) =>
    createServer({ cert: pem('server.pem'), key: pem('server.key.pem') }, handle),
  );
  const url = `mqtts://localhost:${local.port}`;
  const good = connected(t, { url, tls: { ca: pem('ca.pem') } });
  await good.publish('a', 'b');
  const bad = connected(t, { url, timeoutMs: 2_000 });
  assert.match(String(await nextState(bad, (problem) => problem !== null)), /certificate/);
});

const refused: [BrokerOptions, RegExp][] = [
  [{ url: 'http://broker' }, /must begin with mqtt/],
  [{ url: 'broker:1883' }, /must begin|cannot be read/],
  [{ url: 'mqtt://user:hunter22@broker' }, /credentials/],
  [{ url: 'wss://broker/mqtt?token=hunter22' }, /query/],
  [{ url: 'mqtt://broker/path' }, /path/],
  [{ url: 'mqtt://broker', tls: { ca: 'x' } }, /not encrypted/],
];
for (const [options, reason] of refused) {
  test(`the broker ${options.url} is refused`, () => {
    assert.throws(
      () => connectBroker(options),
      (error) =>
        error instanceof VenfleetError &&
        error.code === 'BROKER_INVALID' &&
        reason.test(error.message) &&
        !error.message.includes('hunter22'),
    );
  });
}

test('patterns mean the topics that MQTT says', () => {
  const cases: [string, string, boolean][] = [
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['+/c', 'a/b/c', false],
    ['#', '$SYS/x', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/#', '$SYS/x', true],
  ];
  for (const [pattern, topic, expected] of cases)
    assert.equal(topicMatches(pattern, topic), expected, `${pattern} ${topic}`);
});
