import module from 'node:module';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, type ErrorDetails, VenfleetError } from '../core/errors.ts';
import type { FleetStore } from '../fleet/store.ts';

/** The part of the store that is busy all through a run. */
export type Writes = Pick<FleetStore, 'noteSending' | 'forgetSending' | 'record'>;

/** What a thread is started with. */
export interface WriterData {
  /** Of the database. */
  readonly path: string;
  /** Where compiled code is kept between runs; undefined: nowhere. */
  readonly compileCache: string | undefined;
}

/** One call, on its way to the thread; null asks it to end. */
export type WriterCall = { readonly id: number } & {
  readonly [M in keyof Writes]: { readonly method: M; readonly args: Parameters<Writes[M]> };
}[keyof Writes];

export type WriterReply = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly code: ErrorCode; readonly details: ErrorDetails }
  | { readonly error: unknown }
);

export interface Writer extends Writes {
  /** Whether it has carried out anything yet: what an earlier run left in the journal is then taken over. */
  hasBegun(): boolean;
  close(): Promise<void>;
}

interface Waiting {
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** A thread may use so much memory for what is new, megabytes: each answer leaves little behind. */
const youngMb = 3;

/**
 * Writes what a run learns in a thread of its own, with a connection of its own: the disk then holds up neither
 * requests nor answers. The thread begins with the first call. Calls are carried out in their order.
 */
export function createWriter(path: string): Writer {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let calls = 0;
  let hasBegun = false;

  function start(): Worker {
    const file = import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js';
    const data: WriterData = { path, compileCache: module.getCompileCacheDir() };
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    });
    worker.on('message', (reply: WriterReply) => settle(worker, reply));
    const fail = (error: unknown) => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    worker.on('error', fail);
    worker.on('exit', () => fail(new VenfleetError('DB_FAILED', { path, problem: 'its writer has ended' })));
    return worker;
  }
  function settle(worker: Worker, reply: WriterReply): void {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    // Only those who wait keep the process alive.
    if (waiting.size === 0) worker.unref();
    hasBegun ||= 'result' in reply;
    if ('result' in reply) caller?.resolve(reply.result as never);
    else caller?.reject('code' in reply ? new VenfleetError(reply.code, reply.details) : reply.error);
  }
  function call<M extends keyof Writes>(method: M, args: Parameters<Writes[M]>): ReturnType<Writes[M]> {
    thread ??= start();
    thread.ref();
    const id = ++calls;
    thread.postMessage({ id, method, args });
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    }) as ReturnType<Writes[M]>;
  }
  return {
    noteSending: (...args) => call('noteSending', args),
    forgetSending: (...args) => call('forgetSending', args),
    record: (...args) => call('record', args),
    hasBegun: () => hasBegun,
    async close() {
      const ending = thread;
      thread = undefined;
      if (!ending) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.ref();
      ending.postMessage(null);
      await ended;
    },
  };
}
