import { shortHash } from '../../core/short-hash.ts';
import type { EventStore, JournalDispatch } from '../../store/event-store.ts';
import type { IndexedLoad } from '../resolve/indexed-load.ts';
import type { Instruction } from '../setpoints/instruction.ts';
import { instructionOfText, instructionText } from '../setpoints/instruction-text.ts';
import { createInstructor, type Instructor } from '../setpoints/instructor.ts';
import { participationAt } from '../setpoints/participation.ts';
import type { EventPolicy } from '../setpoints/policy.ts';
import { dueTime, type Told, toldNothing } from './due-time.ts';
import type { Plan } from './plan.ts';
import type { DispatchLoad } from './sink.ts';
import type { QueuedDispatch, SinkQueue } from './sink-queue.ts';

/** What was worked out for some loads: told + unchanged = loads times sinks. */
export interface Dispatched {
  readonly loads: number;
  /** Instructions that were noted, to be handed over, all sinks together. */
  readonly told: number;
  readonly unchanged: number;
  /** Loads that sinks were told something of, and that the fleet does not have any more. */
  readonly unknown: number;
  /** Loads that were asked something and do not take part, by the reason. */
  readonly out: ReadonlyMap<string, number>;
}

export interface DispatcherOptions {
  readonly policy: EventPolicy;
  readonly queues: readonly SinkQueue[];
  readonly store: Pick<EventStore, 'dispatchesInForce'>;
  /** When the present version of an event was heard of; undefined: it is not known any more. */
  heardMs(eventId: string): number | undefined;
}

/** Works out what loads are to do, and has the sinks told what they were not told yet. */
export interface Dispatcher {
  /** Takes up what earlier processes handed over. To be called once, before anything else. */
  restore(): Promise<void>;
  /** For these loads as of this time; resolves once what is to be handed over is noted. */
  tell(plan: Plan, loads: Iterable<number>, atMs: number): Promise<Dispatched>;
  /** For all loads on which an event acts, or of which a sink was told something. */
  tellAll(plan: Plan, atMs: number): Promise<Dispatched>;
  /** What each load is to do at this time, for as long as one asks only for this time; `out`: why it does not take part. */
  instructionsAt(
    plan: Plan,
    atMs: number,
  ): (load: number) => { readonly instruction: Instruction; readonly out: string | null };
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { policy, queues, store } = options;
  const instructor = createInstructor(policy);
  const toldOf = createTexts();
  /** When all loads were last worked out: a change since then that no event explains (a policy's hours) is due when it shows. */
  let allMs = Number.NEGATIVE_INFINITY;

  async function tell(
    plan: Plan,
    loads: Iterable<number>,
    atMs: number,
    unknown: number,
  ): Promise<Dispatched> {
    const wanted = wantedAt(plan, atMs, policy, instructor);
    const out = new Map<string, number>();
    const queued = queues.map((): QueuedDispatch[] => []);
    let count = 0;
    for (const number of loads) {
      count++;
      const load = plan.load(number);
      const { instruction, out: reason } = wanted(number);
      if (reason !== null) out.set(reason, (out.get(reason) ?? 0) + 1);
      const told = toldOf(instruction);
      for (const [at, queue] of queues.entries()) {
        const before = queue.lastTold(load.loadId);
        if (before.text === told.text) continue;
        const byEventsMs = dueTime(before.instruction, instruction, atMs, options.heardMs);
        const dueMs = byEventsMs <= allMs ? Math.max(byEventsMs, atMs) : byEventsMs;
        (queued[at] as QueuedDispatch[]).push(dispatchOf(load, before, told, dueMs));
      }
    }
    const noted = await Promise.all(queues.map((queue, at) => queue.offer(queued[at] as QueuedDispatch[])));
    const told = noted.reduce((sum, length) => sum + length, 0);
    return { loads: count, told, unchanged: count * queues.length - told, unknown, out };
  }

  return {
    async restore() {
      const instructions = new Map<string, Told>();
      for (const queue of queues)
        for (const { loadId, instruction } of await store.dispatchesInForce(queue.sink.name)) {
          let told = instructions.get(instruction);
          if (!told) {
            told = toldOf(instructionOfText(instruction));
            instructions.set(instruction, told);
          }
          queue.restore(loadId, told);
        }
    },
    tell: (plan, loads, atMs) => tell(plan, loads, atMs, 0),
    async tellAll(plan, atMs) {
      const loads = new Set(plan.concerned());
      let unknown = 0;
      for (const queue of queues)
        for (const loadId of queue.loads()) {
          const number = plan.numberOf(loadId);
          if (number === undefined) unknown++;
          else loads.add(number);
        }
      const dispatched = await tell(plan, loads, atMs, unknown);
      allMs = atMs;
      return dispatched;
    },
    instructionsAt: (plan, atMs) => wantedAt(plan, atMs, policy, instructor),
  };
}

const nobodyAsks: Instruction = { setpoints: [] };

/** What each load is to do at this time; `out`: why it does not take part in what is asked of it. */
function wantedAt(plan: Plan, atMs: number, policy: EventPolicy, instructor: Instructor) {
  const askedOf = plan.askedAt(atMs);
  const participation = participationAt(policy, atMs);
  return (number: number): { readonly instruction: Instruction; readonly out: string | null } => {
    const asked = askedOf(number);
    const load = plan.load(number);
    if (asked.length === 0 || load.unreachable !== null) return { instruction: nobodyAsks, out: null };
    const takesPart = participation.of(load);
    if (takesPart !== 'in') return { instruction: nobodyAsks, out: takesPart.out };
    const out = participation.componentsOut(load);
    return { instruction: instructor.instructionFor(load, asked, out), out: null };
  };
}

/** The text of an instruction, made once; `toldNothing` where it asks nothing. */
function createTexts(): (instruction: Instruction) => Told {
  const known = new WeakMap<Instruction, Told>();
  return (instruction) => {
    if (instruction.setpoints.length === 0) return toldNothing;
    const before = known.get(instruction);
    if (before) return before;
    const told = { instruction, text: instructionText(instruction) };
    known.set(instruction, told);
    return told;
  };
}

/** `before`: what the load was told last, whose events an instruction that takes it back is counted with. */
export function dispatchOf(load: IndexedLoad, before: Told, told: Told, dueMs: number): QueuedDispatch {
  const { instruction, text } = told;
  const ends = instruction.setpoints.flatMap(({ untilMs }) => untilMs ?? []);
  return {
    id: shortHash(`${load.loadId} ${dueMs} ${text}`),
    load: dispatchLoadOf(load),
    instruction,
    told,
    events: eventsOf(instruction.setpoints.length > 0 ? instruction : before.instruction),
    dueMs,
    untilMs: ends.length > 0 ? Math.min(...ends) : null,
  };
}

function dispatchLoadOf({ loadId, venName, siteId, component, vtnResourceId }: IndexedLoad): DispatchLoad {
  return { loadId, venName, siteId, component, vtnResourceId };
}

const eventsKnown = new WeakMap<Instruction, JournalDispatch['events']>();

/** The events that an instruction follows, each once. */
function eventsOf(instruction: Instruction): JournalDispatch['events'] {
  const before = eventsKnown.get(instruction);
  if (before) return before;
  const events = new Map(
    instruction.setpoints.map(({ eventId, version }) => [`${eventId}\0${version}`, { eventId, version }]),
  );
  const list = [...events.values()];
  eventsKnown.set(instruction, list);
  return list;
}
