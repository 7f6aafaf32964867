import type { LoadLookups, LoadRecord } from '../store/load-lookups.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { defaultDbPath } from './option-values.ts';

export type { LoadRecord } from '../store/load-lookups.ts';

/**
 * The Python system's `ResourceDatabase`: looks up loads of a fleet database. It is opened by the first question;
 * `close` it at the end. Throws VenfleetErrors such as DB_MISSING.
 */
export class ResourceDatabase {
  readonly path: string;
  #opened: Promise<Store> | undefined;

  /** `path`: default `./config/resources.db`. */
  constructor(path: string = defaultDbPath) {
    this.path = path;
  }

  /** One load by its id: `vtnResourceId`, `h5MeterId`, `loadComponent`, …; undefined where there is none. */
  async getLoad(loadId: string): Promise<LoadRecord | undefined> {
    return (await this.#lookups()).load(loadId);
  }

  /** The load that is this resource on the VTN: what an event or a report names. */
  async getLoadByVtnResourceId(vtnResourceId: string): Promise<LoadRecord | undefined> {
    return (await this.#lookups()).loadByVtnResourceId(vtnResourceId);
  }

  /** The loads of a VEN, by its name, in order of resource id and component. */
  async getLoadsForVen(venName: string): Promise<LoadRecord[]> {
    return (await this.#lookups()).loadsOfVen(venName);
  }

  /** Loads by registration status: `{ APPROVED: 588, PENDING: 115824 }`. */
  async countLoadsByStatus(): Promise<Record<string, number>> {
    return (await this.#lookups()).countByStatus();
  }

  /** Some loads that have a resource on the VTN. */
  async sampleRegisteredLoads(limit = 5): Promise<LoadRecord[]> {
    return (await this.#lookups()).registeredSample(limit);
  }

  /** Stores a load's VTN resource; false where there is no such load, or another has that resource. */
  async updateLoadVtnResourceId(
    loadId: string,
    vtnResourceId: string,
    status = 'APPROVED',
  ): Promise<boolean> {
    return (await this.#lookups()).setVtnResourceId(loadId, vtnResourceId, status);
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await (await opened)?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #lookups(): Promise<LoadLookups> {
    this.#opened ??= openStore(this.path);
    return (await this.#opened).lookups;
  }
}
