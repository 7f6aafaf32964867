import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createVtnLink } from '../../../src/delivery/vtn-link.ts';
import { type AnswererOptions, createAnswerer } from '../../../src/events/answer/answerer.ts';
import { actingEvent, type PastEvents } from '../../../src/events/dispatch/acting-event.ts';
import { createDispatcher, type Dispatcher } from '../../../src/events/dispatch/dispatcher.ts';
import { makePlan, type Plan } from '../../../src/events/dispatch/plan.ts';
import { readLoadIndex } from '../../../src/events/resolve/load-index.ts';
import { defaultPolicy, type EventPolicy } from '../../../src/events/setpoints/policy.ts';
import { createTransport, staticToken } from '../../../src/openadr/http/http.ts';
import { flexGateway } from '../../../src/profiles/flex-gateway/profile.ts';
import { openAdr31 } from '../../../src/profiles/openadr-3.1/profile.ts';
import type { StoredEvent } from '../../../src/store/event-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { fleetToReport } from '../../support/registered-fleet.ts';
import { createTestClock } from '../../support/test-clock.ts';

const profiles = { 'flex-gateway': flexGateway, 'openadr-3.1': openAdr31 };

/** A registered fleet of Aalborg (two sites) and Aarhus (one), its store, and its VTN. */
export async function setUp(t: TestContext, dialect: keyof typeof profiles, nowMs = Date.now()) {
  const { simulator, dbPath, anchor } = await fleetToReport(t, { dialect });
  const transport = createTransport({ url: simulator.url, tokens: staticToken('secret'), connections: 2 });
  t.after(() => transport.close());
  const profile = await profiles[dialect].jobs.events({});
  const store = await openStore(dbPath);
  t.after(() => store.close());
  const retry = { maxAttempts: 4, baseMs: 1, capMs: 2, graceMs: 1 };
  const link = createVtnLink({ transport, pacing: { kind: 'window', concurrency: 2 }, retry });
  const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await transport.send({ method, path, ...(body && { body: JSON.stringify(body) }) });
    assert.ok(answer.status < 300, answer.body);
    return JSON.parse(answer.body);
  };
  const listed = (await ask('GET', '/vens')) as {
    id: string;
    ven_name?: string;
    venName?: string;
  }[];
  const ids = new Map(listed.map(({ id, ven_name, venName }) => [ven_name ?? venName ?? '', id]));
  const venIds = async () => ids;
  const problems: unknown[] = [];
  /** By which answers are due; it stands still, while the link's runs. */
  const clock = createTestClock(nowMs);
  /** As after a start: nothing is known but what the store has. */
  const answerer = (more: Partial<AnswererOptions> = {}) => {
    const onProblem = (error: unknown) => void problems.push(error);
    const { answer, settled } = createAnswerer({ store, link, profile, venIds, clock, onProblem, ...more });
    const answerPlan = (
      plan: Plan,
      dispatcher: Dispatcher,
      signal: AbortSignal,
      past: PastEvents = nothingPast,
    ) => answer({ plan, past, dispatcher }, signal);
    return Object.assign(answerPlan, { settled });
  };
  /** What follows from an object as the VTN has it. */
  const planOf = async (object: { id: string }, version = 1, heardMs = nowMs) => {
    const received = profile.eventOfBody(JSON.stringify(object));
    assert.ok(received.event, received.problem ?? '');
    const stored: StoredEvent = {
      ...{ eventId: object.id, programId: received.event.programId, name: null, state: 'current', version },
      ...{ body: received.body, instructionHash: `${version}`, problem: null, anchorMs: clock.now() },
      ...{ seed: 's', seenBy: null, firstReceivedMs: heardMs, receivedMs: heardMs, receivedBy: 'poll' },
    };
    await store.recordEvents([stored], []);
    const index = await readLoadIndex(store, profile, ids);
    const context = { isEnrolled: () => true };
    const made = actingEvent({ stored, event: received.event }, undefined, { profile, index, context });
    assert.ok(made.ok);
    return makePlan(index, [made.acting]);
  };
  const dispatcher = (policy: EventPolicy = defaultPolicy) =>
    createDispatcher({ policy, queues: [], store, heardMs: () => undefined });
  return { simulator, store, ask, answerer, planOf, dispatcher, problems, anchor, venIds, clock };
}

const nothingPast: PastEvents = { all: () => [], acting: () => undefined };

export const signal = new AbortController().signal;
