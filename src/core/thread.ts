import module from 'node:module';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type ErrorCode, type ErrorDetails, type Suspicion, VenfleetError } from './errors.ts';

/** What a thread does for the one that started it. Arguments and results are copied (structured clone), unless `Opened.moves`. */
// biome-ignore lint/suspicious/noExplicitAny: each method has arguments of its own
export type Methods = Record<string, (...args: any[]) => Promise<unknown>>;

/** A thread, as the one that started it sees it. */
export interface Thread<M extends Methods> {
  /** Begins now rather than with the first call: for whoever knows that it will come, and has other things to do. */
  start(): void;
  /** Carries out a method; calls are begun in their order, each when the one before has ended. */
  call<K extends keyof M & string>(method: K, ...args: Parameters<M[K]>): ReturnType<M[K]>;
  /** Ends the thread when the calls so far are done; later ones fail. */
  close(): Promise<void>;
}

export interface ThreadOptions {
  /** Its module, without `.ts` or `.js`: it calls `serveThread`. */
  readonly module: URL;
  /** What it is started with: plain data; see `threadData`. */
  readonly data: unknown;
  /**
   * Megabytes that it may use for what is new (V8's young generation). What one call makes should fit in several
   * times: else it is taken for old, and costly to be rid of. Default 3.
   */
  readonly youngMb?: number;
  /** What calls fail with where it has ended by itself. */
  readonly ended: () => Error;
  /**
   * Where it has ended by itself, the next call begins another, which knows nothing of what was done before. Default: calls fail from
   * then on.
   */
  readonly beginsAgain?: boolean;
}

interface ThreadData {
  readonly module: string;
  readonly data: unknown;
  /** Where compiled code is kept between runs; undefined: nowhere. */
  readonly compileCache: string | undefined;
}

/** One call, on its way to the thread; null asks it to end. */
type Call = { readonly id: number; readonly method: string; readonly args: readonly unknown[] } | null;

type Reply = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly code: ErrorCode; readonly details: ErrorDetails; readonly suspicion: Suspicion | undefined }
  | { readonly error: unknown }
);

interface Waiting {
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** Makes a thread, which begins with the first call, if not told before. It keeps the process alive only while a call is waited for. */
export function createThread<M extends Methods>(options: ThreadOptions): Thread<M> {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  /** Why it carries out nothing any more. */
  let end: { readonly error: unknown } | undefined;
  let hasExited = false;
  let calls = 0;
  const settle = (from: Worker, reply: Reply) => {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    // One that is being closed is waited for.
    if (waiting.size === 0 && worker === from) from.unref();
    if ('result' in reply) caller?.resolve(reply.result as never);
    else if ('error' in reply) caller?.reject(reply.error);
    else caller?.reject(new VenfleetError(reply.code, reply.details, { suspicion: reply.suspicion }));
  };
  const fail = (from: Worker, error: unknown) => {
    if (options.beginsAgain && !end) {
      // Its error came before its exit: another may be at work by now.
      if (worker !== from) return;
      worker = undefined;
    } else {
      // The first is the cause; it may come before anyone waits.
      end ??= { error };
    }
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = () => {
    const started = startWorker(options);
    started.on('message', (reply: Reply) => settle(started, reply));
    started.on('error', (error) => fail(started, error));
    started.on('exit', () => {
      if (worker === started) hasExited = !options.beginsAgain;
      fail(started, options.ended());
    });
    started.unref();
    return started;
  };
  return {
    start() {
      if (!end) worker ??= start();
    },
    call(method, ...args) {
      if (end) return Promise.reject(end.error) as ReturnType<M[typeof method]>;
      worker ??= start();
      worker.ref();
      const id = ++calls;
      worker.postMessage({ id, method, args } satisfies Call);
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      }) as ReturnType<M[typeof method]>;
    },
    async close() {
      // A call that comes from now on would begin another thread.
      end ??= { error: options.ended() };
      const ending = worker;
      worker = undefined;
      if (!ending || hasExited) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.ref();
      ending.postMessage(null satisfies Call);
      await ended;
    },
  };
}

/**
 * What a thread begins with: plain JavaScript, so that TypeScript need not be loaded where compiled code is found. Where
 * the program itself was given by `node --input-type=module -e`, this too is read as a module, which has no `require`.
 */
const bootstrap = `
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  if (workerData.compileCache) process.getBuiltinModule('node:module').enableCompileCache(workerData.compileCache);
  import(workerData.module);`;

/** What a thread may use for what is new, megabytes, unless it says otherwise. */
const defaultYoungMb = 3;

function startWorker({ module: url, data, youngMb = defaultYoungMb }: ThreadOptions): Worker {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const workerData: ThreadData = {
    module: `${url.href}${extension}`,
    data,
    compileCache: module.getCompileCacheDir(),
  };
  return new Worker(bootstrap, {
    eval: true,
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: youngMb },
  });
}

/** In the thread: what it was started with. */
export const threadData = <T>() => (workerData as ThreadData).data as T;

/** What a thread does, and what ends that. */
export interface Opened<M extends Methods> {
  readonly methods: M;
  /** What of a method's result is handed over instead of copied: the thread has it no more. */
  readonly moves?: { readonly [K in keyof M]?: (result: Awaited<ReturnType<M[K]>>) => ArrayBuffer[] };
  close(): Promise<void> | void;
}

/**
 * In the thread: carries out what the other one calls, call by call. `open` is called for the first one; `errorOf` says
 * what an error means. A VenfleetError arrives as one.
 */
export function serveThread<M extends Methods>({
  open,
  errorOf = (error) => error,
}: {
  open: () => Promise<Opened<M>>;
  errorOf?: (error: unknown) => unknown;
}): void {
  const port = parentPort!;
  let opened: Opened<M> | undefined;
  const carryOut = async ({ id, method, args }: NonNullable<Call>): Promise<Reply> => {
    try {
      opened ??= await open();
      return { id, result: await opened.methods[method]!(...args) };
    } catch (thrown) {
      const error = errorOf(thrown);
      return error instanceof VenfleetError
        ? { id, code: error.code, details: error.details, suspicion: error.suspicion }
        : { id, error };
    }
  };
  const post = (method: string, reply: Reply) => {
    const moved = 'result' in reply && opened?.moves?.[method]?.(reply.result as never);
    port.postMessage(reply, moved || []);
  };
  let last: Promise<void> = Promise.resolve();
  port.on('message', (call: Call) => {
    last = last.then(async () => {
      if (call) return post(call.method, await carryOut(call));
      await opened?.close();
      port.close();
    });
  });
}
