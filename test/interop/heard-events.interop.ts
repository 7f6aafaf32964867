/** Events that OpenLEADR tells of over an MQTT broker: see docs/interop.md. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Dispatch, type FollowEventsOptions, followEvents } from '../../src/api/follow-events.ts';
import { takingAll } from '../support/taking-sink.ts';
import { registrationAt } from './fleet.ts';
import {
  credentialsOfTowns,
  forgetOtherTowns,
  loadsOf,
  loadsWhere,
  post,
  registerTowns,
} from './following.ts';
import { dbPath, vtn, withBroker } from './suite.ts';

/** Follows events by what the broker says, with an hour between polls, while `work` runs: by what events were heard of. */
async function listening(
  options: Partial<FollowEventsOptions>,
  work: (next: (count: number) => Promise<Dispatch[]>) => Promise<void>,
): Promise<unknown[]> {
  const came: Dispatch[] = [];
  const heardBy: unknown[] = [];
  const stop = new AbortController();
  const isListening = Promise.withResolvers<void>();
  let check = () => {};
  /** Resolves with the next dispatches when there are so many. */
  const next = (count: number) =>
    new Promise<Dispatch[]>((resolve) => {
      check = () => {
        if (came.length >= count) resolve(came.splice(0));
      };
      check();
    });
  const running = followEvents({
    ...{ dbPath, ...registrationAt(vtn), ...options, listenMqtt: true, pollSeconds: 3_600 },
    sinks: [takingAll(came, () => check())],
    signal: stop.signal,
    onNews(news) {
      if (news.type === 'state' && news.of === 'mqtt' && news.problem === null) isListening.resolve();
      if (news.type === 'note' && news.note.what === 'received') heardBy.push(news.note.detail.by);
    },
  });
  try {
    await Promise.race([isListening.promise, running]);
    await Promise.race([work(next), running]);
  } finally {
    stop.abort();
    const summary = await running;
    assert.deepEqual([summary.missed, summary.open, came.length], [0, 0, 0]);
  }
  return heardBy;
}

/** An event is made, changed and cancelled; each is heard of. */
async function heard(next: (count: number) => Promise<Dispatch[]>): Promise<void> {
  const { id } = await post({ kind: 'create' }, 2, [['GROUP', 'load_1']]);
  const first = await next(98);
  assert.deepEqual(loadsOf(first), loadsWhere("load_component = 'load_1'"));

  await post({ kind: 'modify', id }, 1, [['VEN_NAME', 'Aalborg']]);
  const inAarhus = loadsWhere("ven = 'Aarhus' AND load_component = 'load_1'");
  const inAalborg = loadsWhere("ven = 'Aalborg'");
  const changed = await next(inAarhus.length + inAalborg.length);
  const isTaken = ({ instruction }: Dispatch) => instruction.setpoints.length === 0;
  assert.deepEqual(loadsOf(changed.filter(isTaken)), inAarhus);
  assert.deepEqual(loadsOf(changed.filter((one) => !isTaken(one))), inAalborg);

  await post({ kind: 'cancel', id }, 1, []);
  const back = await next(inAalborg.length);
  assert.deepEqual([loadsOf(back), back.every(isTaken)], [inAalborg, true]);
}

function hearing() {
  test('as business logic: made, changed, cancelled, it reaches exactly its loads within an hour between polls', async () => {
    assert.deepEqual(await listening({}, heard), ['mqtt']);
  });

  test('as VENs with credentials of their own: the same', async () => {
    forgetOtherTowns();
    const venCredentials = await credentialsOfTowns();
    assert.deepEqual(await listening({ venCredentials, credentials: undefined }, heard), ['mqtt']);
  });
}

await withBroker(registerTowns, () => describe('events over MQTT', hearing));
