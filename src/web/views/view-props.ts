import type { Live } from '../live/live.ts';
import type { Route } from '../route.ts';

/** What each view is given. */
export interface ViewProps {
  readonly route: Route;
  readonly live: Live;
}
