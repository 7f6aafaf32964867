import type { FleetKeeper } from '../api/keep/fleet-keeper.ts';
import type { Logger } from '../core/log.ts';
import type { PageAccess } from './options/page-access.ts';

/** The page that shows how a fleet is kept. */
export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

export interface PageOptions extends PageAccess {
  readonly keeper: FleetKeeper;
  readonly dbPath: string;
  readonly log: Logger;
}

/** Opens the page; undefined: this build has none. */
export const openPage: ((options: PageOptions) => Promise<Page>) | undefined = undefined as never;
