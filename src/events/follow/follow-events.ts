import { createSerially } from '../../core/serially.ts';
import type { VtnLink } from '../../delivery/vtn-link.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import type { EventNote, EventStore } from '../../store/event-store.ts';
import type { Answerer } from '../answer/answerer.ts';
import { type Agenda, createAgenda } from '../dispatch/agenda.ts';
import { createDispatcher, type Dispatched, type Dispatcher } from '../dispatch/dispatcher.ts';
import { missedWhileAway } from '../dispatch/missed-while-away.ts';
import { resumeOpen } from '../dispatch/resume-open.ts';
import type { Sink } from '../dispatch/sink.ts';
import { createSinkQueue, type SinkQueue } from '../dispatch/sink-queue.ts';
import type { EventsNews } from '../events-news.ts';
import type { HintListener, HintSource } from '../receive/hint.ts';
import { createReceiver, type Receiver } from '../receive/receiver.ts';
import { nextPolicyChange } from '../setpoints/participation.ts';
import type { EventPolicy } from '../setpoints/policy.ts';
import { forgetDaily, forgetOnce } from './forget-past.ts';
import { createLeftOut } from './left-out.ts';
import { listenToHints } from './listen-to-hints.ts';
import { keepPlan, type PlanKeeper } from './plan-keeper.ts';
import { readWheneverDue } from './reading-loop.ts';
import {
  assertRunAccounted,
  createRunAccount,
  type RunAccount,
  type RunCounts,
  unaccounted,
} from './run-account.ts';

export interface FollowRequest {
  readonly store: EventStore;
  readonly link: VtnLink;
  readonly profile: EventsProfile;
  readonly policy: EventPolicy;
  /** They are closed by whoever made them. */
  readonly sinks: readonly Sink[];
  /** The VENs that read for themselves, where they do. */
  readonly vens: readonly string[];
  /** The VTN's ids of VENs, by their names. */
  venIds(): Promise<ReadonlyMap<string, string>>;
  /** Milliseconds between readings of one reader, about. */
  readonly pollMs: number;
  /** What is handed over later than this after it was due is late, milliseconds. */
  readonly lateAfterMs: number;
  /** How long what is over is remembered, milliseconds; undefined: for ever. */
  readonly keepMs?: number | undefined;
  newSeed(): string;
  /** Begins to listen for hints; what it throws is told, and polling goes on. */
  readonly listen?:
    | ((listener: HintListener, programs: () => readonly string[]) => Promise<readonly HintSource[]>)
    | undefined;
  /** Is told what is known after each change of it; works on its own time. */
  readonly answerer?: Answerer | undefined;
  readonly onNews?: ((news: EventsNews) => void) | undefined;
  readonly signal: AbortSignal;
  /** Reads once, tells the loads once what is asked of them now, hands that over, and ends. */
  readonly once?: boolean | undefined;
}

/** What was done until it ended. */
export interface FollowSummary extends RunCounts {
  readonly readings: number;
  /** Events that are on the VTN and have not had their time. */
  readonly events: number;
}

/** A clock that jumps further than this, forth or back, is followed as after a restart, milliseconds. */
const jumpMs = 60_000;
/** How long the wall clock is trusted to run as time does, milliseconds. */
const longestSleepMs = 500;

/**
 * Follows a VTN's events: reads them, remembers them, works out what each load is to do when, and has the sinks told on time, until
 * the signal aborts. What earlier processes left is taken up first. Throws what ends a job at the first reading; later that is
 * told, and tried again. At its end all instructions are accounted for; else it throws INSTRUCTIONS_UNACCOUNTED.
 */
export async function followEvents(request: FollowRequest): Promise<FollowSummary> {
  const { store, link, signal, keepMs, onNews = () => undefined } = request;
  const { clock } = link;
  const end = new AbortController();
  const until = AbortSignal.any([signal, end.signal]);
  const account = createRunAccount();
  const receiver = await createReceiver({ ...request, now: clock.now });
  const queues = request.sinks.map((sink) =>
    createSinkQueue({
      sink,
      store,
      clock,
      lateAfterMs: request.lateAfterMs,
      onNews(news) {
        account.ended(news);
        onNews({ type: 'handed-over', ...news });
      },
      onState: (of, problem) => onNews({ type: 'state', of, problem }),
    }),
  );
  const following = await begin({ ...request, onNews, signal: until }, receiver, queues, account);
  // Handing over goes on for a moment after the rest has ended.
  const handingOver = new AbortController();
  const sinks = Promise.all(queues.map((queue) => queue.run(handingOver.signal)));
  let sources: readonly HintSource[] = [];
  let programs = receiver.programs.size;
  const changed = async () => {
    if (receiver.programs.size !== programs) for (const source of sources) source.programsChanged?.();
    programs = receiver.programs.size;
    await following.renew();
  };
  // A store that fails ends it all, below.
  sinks.catch(() => undefined);
  const reading = readWheneverDue({ ...request, receiver, onNews, signal: until, changed });
  // Told where it is waited for, below.
  reading.first.catch(() => undefined);
  let forgotten: Promise<unknown> | undefined;
  try {
    sources = await listenToHints(request.listen, reading, onNews, () => [...receiver.programs.keys()]);
    await Promise.race([reading.first, sinks]);
    // What the VTN still lists is known now.
    if (keepMs !== undefined)
      forgotten = (request.once ? forgetOnce : forgetDaily)({ ...request, receiver, keepMs, onNews }, until);
    if (request.once) {
      await following.renew();
      await untilHandedOver(queues, link, until);
      await following.settled();
      await forgotten;
    } else await Promise.race([Promise.all([reading.loop, following.tick(until)]), sinks]);
  } finally {
    end.abort();
    await Promise.allSettled(sources.map((source) => source.close()));
    await Promise.allSettled([following.settled(), forgotten]);
    handingOver.abort();
    await sinks;
  }
  const counts = account.counts(depth(queues));
  assertRunAccounted(counts);
  return { readings: reading.count(), events: following.acting(), ...counts };
}

function depth(queues: readonly SinkQueue[]): number {
  return queues.reduce((sum, queue) => sum + queue.depth(), 0);
}

interface Following {
  /** Works all out anew: events, fleet or enrolments have changed. */
  renew(): Promise<void>;
  /** Tells loads what is due, until the signal aborts. */
  tick(signal: AbortSignal): Promise<void>;
  /** Resolves when nothing is being worked out. */
  settled(): Promise<void>;
  acting(): number;
}

interface State {
  readonly request: FollowRequest & { readonly onNews: (news: EventsNews) => void };
  readonly receiver: Receiver;
  readonly queues: readonly SinkQueue[];
  readonly keeper: PlanKeeper;
  readonly dispatcher: Dispatcher;
  readonly leftOut: ReturnType<typeof createLeftOut>;
  readonly account: RunAccount;
  /** Why the counts do not add up, as it was told. */
  unaccounted: string | undefined;
  agenda: Agenda;
  /** When somebody begins or ceases to be opted out. */
  policyMs: number | undefined;
  lastMs: number;
}

async function begin(
  request: State['request'],
  receiver: Receiver,
  queues: readonly SinkQueue[],
  account: RunAccount,
): Promise<Following> {
  const { store, policy, link } = request;
  const { clock } = link;
  const heardMs = (eventId: string) => receiver.events.get(eventId)?.stored.receivedMs;
  const nowMs = clock.now();
  const state: State = {
    request,
    receiver,
    queues,
    keeper: await keepPlan({ ...request, receiver }),
    dispatcher: createDispatcher({ policy, queues, store, heardMs }),
    leftOut: createLeftOut({ policy, queues, store }),
    account,
    unaccounted: undefined,
    agenda: createAgenda({ events: [] }, nowMs),
    policyMs: undefined,
    lastMs: nowMs,
  };
  // One after the other: what is worked out builds on what was told before.
  const serially = createSerially();
  await serially(() => workOut(state, true));
  return {
    renew: () => serially(() => workOut(state)),
    async tick(until) {
      while (!until.aborted) {
        const nextMs = Math.min(state.agenda.nextMs() ?? never, state.policyMs ?? never);
        // Work that is under way may bring another agenda.
        await clock.sleep(Math.max(0, Math.min(nextMs - clock.now(), longestSleepMs)), until);
        if (!until.aborted) await serially(() => onTime(state));
      }
    },
    async settled() {
      await serially.settled();
      await request.answerer?.settled();
    },
    acting: () => state.keeper.plan().events.length,
  };
}

const never = Number.POSITIVE_INFINITY;

/** Works all out as of now. `isFirst`: what an earlier process left is taken up before. */
async function workOut(state: State, isFirst = false): Promise<void> {
  const { request, receiver, queues, keeper, dispatcher } = state;
  const { store, policy, link, onNews, signal } = request;
  const nowMs = link.clock.now();
  const { notes, over } = await keeper.remake(nowMs);
  if (over.length > 0) await receiver.markOver(over, nowMs);
  await tellNotes(state, notes);
  const plan = keeper.plan();
  if (isFirst) {
    await dispatcher.restore();
    await tellNotes(state, await missedWhileAway(plan.events, store, nowMs));
    for (const queue of queues) {
      const resumed = await resumeOpen(queue, store, plan, nowMs, signal);
      if (state.account.takenUp(resumed) > 0) onNews({ type: 'taken-up', sink: queue.sink.name, ...resumed });
    }
  }
  state.agenda = createAgenda(plan, nowMs);
  state.policyMs = nextPolicyChange(policy, nowMs);
  state.lastMs = nowMs;
  await tellWorkedOut(state, nowMs, await dispatcher.tellAll(plan, nowMs));
  tellUnaccounted(state);
  void request.answerer?.answer({ plan, past: keeper.past, dispatcher }, signal);
}

/** Tells loads what is due by now. */
async function onTime(state: State): Promise<void> {
  const { keeper, dispatcher, request } = state;
  const nowMs = request.link.clock.now();
  if (nowMs < state.lastMs - 1_000 || nowMs > state.lastMs + jumpMs) {
    await tellNotes(state, await missedWhileAway(keeper.plan().events, request.store, nowMs));
    return workOut(state);
  }
  state.lastMs = Math.max(state.lastMs, nowMs);
  let isTold = false;
  for (let due = state.agenda.take(nowMs); due; due = state.agenda.take(nowMs)) {
    await tellWorkedOut(state, due.atMs, await dispatcher.tell(keeper.plan(), due.loads, due.atMs));
    isTold = true;
  }
  if (state.policyMs !== undefined && state.policyMs <= nowMs) return workOut(state);
  // Perhaps an event is over now.
  if (isTold && hasEnded(keeper, nowMs)) await workOut(state);
}

async function tellWorkedOut(state: State, atMs: number, dispatched: Dispatched): Promise<void> {
  const { account, keeper, leftOut, request } = state;
  account.workedOut(dispatched.told);
  request.onNews({ type: 'worked-out', atMs, dispatched });
  await tellNotes(state, await leftOut(keeper.plan(), atMs, dispatched.unknown > 0));
}

/** What runs for months does not wait for its end to say that something is missing. */
function tellUnaccounted(state: State): void {
  const problem = unaccounted(state.account.counts(depth(state.queues)));
  if (problem !== undefined && state.unaccounted === undefined)
    state.request.onNews({
      type: 'alarm',
      problem: `nothing is known to have become of some instructions: ${problem}`,
    });
  state.unaccounted ??= problem;
}

async function tellNotes({ request, receiver }: State, notes: readonly EventNote[]): Promise<void> {
  if (notes.length > 0) await request.store.noteOnEvents(notes);
  for (const note of notes)
    request.onNews({ type: 'note', note, name: receiver.events.get(note.eventId)?.stored.name ?? null });
}

function hasEnded(keeper: PlanKeeper, nowMs: number): boolean {
  return keeper.plan().events.some(({ timeline: { endMs } }) => endMs !== null && endMs <= nowMs);
}

async function untilHandedOver(
  queues: readonly SinkQueue[],
  { clock }: VtnLink,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && queues.some((queue) => queue.depth() > 0)) await clock.sleep(20, signal);
}
