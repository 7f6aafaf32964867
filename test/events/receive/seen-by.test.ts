import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createSender } from '../../../src/delivery/sender.ts';
import { createVtnLink } from '../../../src/delivery/vtn-link.ts';
import { createReceiver } from '../../../src/events/receive/receiver.ts';
import { createTransport, staticToken } from '../../../src/openadr/http/http.ts';
import type { EventsProfile } from '../../../src/profiles/events-profile.ts';
import { openAdr31 } from '../../../src/profiles/openadr-3.1/profile.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { pythonDatabase, sitesOf } from '../../support/fleet-database.ts';

const event = (id: string) => ({
  ...{ id, objectType: 'EVENT', programID: 'p' },
  intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [1] }] }],
});

/** A VTN that shows each VEN the events that `shown` has for it, and a receiver for them. */
async function receiverOf(t: TestContext, shown: Record<string, string[]>) {
  const server = createServer((request, response) => {
    const [, path = '', ven = '', id] = (request.url ?? '').split('/');
    const seen = shown[ven] ?? [];
    const answer = path === 'programs' ? [] : id === undefined ? seen.map(event) : event(id);
    response.writeHead(id === undefined || seen.includes(id) ? 200 : 404, {
      'content-type': 'application/json',
    });
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const spoken = await openAdr31.jobs.events({ role: 'VEN' });
  const at = (kind: string, listing: object | undefined, ven = '') => ({
    ...listing,
    page: () => ({ method: 'GET' as const, path: `/${kind}/${ven}` }),
  });
  const profile = {
    ...spoken,
    eventListings: (ven: string) => [at('events', spoken.eventListings(ven)[0], ven)],
    programListings: (ven: string) => [at('programs', spoken.programListings(ven)[0], ven)],
    eventOfId: (id: string, ven: string) => ({
      ...spoken.eventOfId(id, ven),
      request: { method: 'GET', path: `/events/${ven}/${id}` },
    }),
  } as unknown as EventsProfile;
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({
    ...{ url: `http://127.0.0.1:${port}`, tokens: staticToken('secret'), connections: 2 },
  });
  t.after(() => transport.close());
  const link = createVtnLink({ transport, pacing: { kind: 'window', concurrency: 2 } });
  const store = await openStore(pythonDatabase(t, sitesOf({ A: 1, B: 1 })));
  t.after(() => store.close());
  const [now, newSeed] = [() => 1_000, () => 's'];
  const receiver = await createReceiver({ profile, store, vens: ['A', 'B'], now, newSeed });
  const sender = createSender(link, { kind: 'events' });
  const read = async (readers: string[]) => {
    await receiver.read(readers, 'poll', sender);
    return (await store.events()).map(({ eventId, state, seenBy }) => [eventId, state, seenBy]);
  };
  return { read };
}

test('a VEN that stops seeing an event is no more among those who do, whoever else reads', async (t) => {
  const shown = { A: ['e'], B: ['e'] };
  const { read } = await receiverOf(t, shown);
  assert.deepEqual(await read(['A', 'B']), [['e', 'current', ['A', 'B']]]);
  shown.B = [];
  assert.deepEqual(await read(['B']), [['e', 'current', ['A']]]);
  shown.B = ['e'];
  assert.deepEqual(await read(['B']), [['e', 'current', ['A', 'B']]]);
  shown.A = [];
  shown.B = [];
  assert.deepEqual(await read(['A', 'B']), [['e', 'cancelled', ['A', 'B']]]);
});
