/*
 * Preloaded into `venfleet serve` while it soaks, and by that into its threads: says whenever it is asked, by a message, what is
 * alive once the garbage is collected. So the program itself knows nothing of being measured.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics, queryObjects, setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread, threadId, type Worker } from 'node:worker_threads';

/** What a process holds after a full garbage collection in each thread; memory in megabytes. */
export interface Held {
  /** Objects on the heap of the main thread, and on those of its other threads together: without compiled code. */
  readonly mainHeapMb: number;
  readonly threadHeapMb: number;
  /** Compiled code of all threads: V8 makes more of what runs often, and throws away what was not run for long. */
  readonly codeMb: number;
  /** Outside of the heaps but held by what is on them, of all threads: buffers, and what native code says that it takes. */
  readonly buffersMb: number;
  readonly externalMb: number;
  /** Memory of the process (resident set). */
  readonly residentMb: number;
  readonly threads: number;
  /** Open file descriptors; 0 where the system does not tell. */
  readonly files: number;
  /** Timers, sockets and requests that keep the main thread alive. */
  readonly active: number;
  /** The same by kind. */
  readonly activeKinds: Readonly<Record<string, number>>;
}

/**
 * What the main process is asked: what it holds; how many AbortSignals there are in the main thread, which stand for work that
 * nobody ended (it takes a second to count them); or to write a snapshot of the main thread's heap to a file.
 */
export type Ask = 'held' | 'signals' | { readonly snapshot: string };

type ThreadHeld = Readonly<Record<'heap' | 'code' | 'buffers' | 'external', number>>;
type Told = ThreadHeld & { readonly from: number };

/** A thread that is busy for longer answers too late. */
const longestMs = 5_000;
const megabyte = 1024 ** 2;

if (isMainThread) setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const channel = new BroadcastChannel('venfleet-soak');
// To be asked keeps nothing alive.
(channel as unknown as { unref(): void }).unref();

async function heldHere(): Promise<ThreadHeld> {
  collect();
  // What was only waiting to be told that something is gone.
  await new Promise(setImmediate);
  collect();
  const { arrayBuffers, external } = process.memoryUsage();
  const sum = (isCode: boolean) =>
    getHeapSpaceStatistics()
      .filter(({ space_name: name }) => /^(code|trusted)_/.test(name) === isCode)
      .reduce((total, { space_used_size: used }) => total + used, 0);
  return { heap: sum(false), code: sum(true), buffers: arrayBuffers, external: external - arrayBuffers };
}

if (isMainThread && process.send) answerProcess();
else if (!isMainThread) answerMainThread();

function answerMainThread(): void {
  channel.onmessage = async (message) => {
    // The others' answers come here as well.
    if ((message as { data: unknown }).data !== 'held') return;
    channel.postMessage({ from: threadId, ...(await heldHere()) } satisfies Told);
  };
}

function answerProcess(): void {
  const threads = new Set<number>();
  const told = new Map<number, ThreadHeld>();
  process.on('worker', (worker: Worker) => {
    const id = worker.threadId;
    threads.add(id);
    worker.once('exit', () => threads.delete(id));
  });
  channel.onmessage = (message) => {
    const { from, ...held } = (message as { data: Told }).data;
    told.set(from, held);
  };
  const held = async (): Promise<Held> => {
    const asked = performance.now();
    told.clear();
    channel.postMessage('held');
    while ([...threads].some((id) => !told.has(id)) && performance.now() - asked < longestMs) await sleep(5);
    const own = await heldHere();
    const sum = (field: keyof ThreadHeld) => told.values().reduce((total, one) => total + one[field], 0);
    const kinds = Object.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
    const activeKinds = Object.fromEntries(
      Object.entries(kinds).map(([kind, all]) => [kind, all?.length ?? 0]),
    );
    return {
      mainHeapMb: own.heap / megabyte,
      threadHeapMb: sum('heap') / megabyte,
      codeMb: (own.code + sum('code')) / megabyte,
      buffersMb: (own.buffers + sum('buffers')) / megabyte,
      externalMb: (own.external + sum('external')) / megabyte,
      residentMb: process.memoryUsage.rss() / megabyte,
      threads: threads.size,
      files: openFiles(),
      active: Object.values(activeKinds).reduce((total, count) => total + count, 0),
      activeKinds,
    };
  };
  process.on('message', async (ask: Ask) => {
    if (ask === 'held') process.send?.(await held());
    else if (ask === 'signals') process.send?.(queryObjects(AbortSignal));
    else process.send?.(writeHeapSnapshot(ask.snapshot));
  });
  process.channel?.unref();
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
