import type { FleetStore } from './fleet-store.ts';

/** Which database a thread is to read, and what it must know of it: plain data, to be copied to the thread. */
export interface ReaderAddress {
  /** As it was named. */
  readonly path: string;
  /** Where it is read, and which file that is. */
  readonly file: string;
  readonly identity: string;
  /** Whoever gives it has exclusive access: what stands in the sending journal is its own, and in no doubt. */
  readonly exclusive: boolean;
}

/** Reads the fleet for a thread of its own. */
export interface FleetReader extends Pick<FleetStore, 'sitesOfVen'> {
  close(): Promise<void>;
}
