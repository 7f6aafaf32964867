import type { Module } from 'h5wasm/node';
import { describeError } from '../../core/errors.ts';

/** libhdf5, as `h5wasm` has it. It reads and writes the real files, not copies of them. */
export interface Hdf5 {
  readonly h5: typeof Module;
  /**
   * Does something with the library. It failed where the library complained, whatever it returned: what `h5wasm` passes on
   * of that is not reliable. `reason` is what was said, by the innermost function of the library.
   */
  attempt<T>(work: (h5: typeof Module) => T): Attempt<T>;
}

export type Attempt<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; reason: string };

let loaded: Promise<Hdf5> | undefined;

/** Loads the library, once in a process; it is large, so nothing else should load it. */
export function loadHdf5(): Promise<Hdf5> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Hdf5> {
  const { ready } = await import('h5wasm/node');
  const h5 = await ready;
  const heard = hear(h5);
  return {
    h5,
    attempt(work) {
      heard.text = '';
      try {
        const result = work(h5);
        return heard.text === '' ? { ok: true, result } : { ok: false, reason: reasonIn(heard.text) };
      } catch (error) {
        return { ok: false, reason: heard.text === '' ? describeError(error) : reasonIn(heard.text) };
      }
    },
  };
}

/** More than the library says of one call. */
const mostHeard = 100_000;

/** Keeps what libhdf5 writes to standard error: it would stand in the middle of ours, and has the reasons of failures. */
function hear({ FS }: typeof Module): { text: string } {
  const heard = { text: '' };
  const { streams } = FS as unknown as { streams: Record<number, { node: unknown; stream_ops: unknown }> };
  const stderr = streams[2]!;
  stderr.node = { mode: 0o020_666 };
  stderr.stream_ops = {
    write(_stream: unknown, { buffer }: Int8Array, offset: number, length: number) {
      if (heard.text.length < mostHeard) heard.text += Buffer.from(buffer, offset, length).toString();
      return length;
    },
  };
  return heard;
}

/** The reason in a trace of the library's: what the innermost function said. */
function reasonIn(trace: string): string {
  const filter = /required filter '(.*?)' is not registered/.exec(trace)?.[1];
  if (filter !== undefined) return `it is compressed by "${filter}", which is not known here`;
  const ofSystem = /error message = '(.*?)'/.exec(trace)?.[1];
  if (ofSystem !== undefined) return ofSystem;
  const said = [...trace.matchAll(/^ *#\d+: .*? line \d+ in \w+\(\): (.*)$/gm)].at(-1)?.[1];
  return said ?? 'the HDF5 library does not say why';
}
