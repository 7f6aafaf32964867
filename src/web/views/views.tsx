import type { ComponentType } from 'preact';
import type { Live } from '../live/live.ts';
import { lazy } from '../parts/lazy.tsx';
import type { Route } from '../route.ts';
import { EventView } from './event.tsx';
import { EventsView } from './events.tsx';
import { FailuresView } from './failures.tsx';
import { LoadView } from './load.tsx';
import { LoadsView } from './loads.tsx';
import { MatrixView } from './matrix.tsx';
import { OverviewView } from './overview.tsx';
import { RunsView } from './runs.tsx';
import type { ViewProps } from './view-props.ts';

/** The map comes when it is asked for: it is larger than all the rest. */
const MapWhenLoaded = lazy<ViewProps>('the map', async () => (await import('../map/map-view.tsx')).MapView);

const views: Readonly<Record<string, ComponentType<ViewProps>>> = {
  '': OverviewView,
  matrix: MatrixView,
  map: MapWhenLoaded,
  loads: LoadsView,
  failures: FailuresView,
  events: EventsView,
  runs: RunsView,
};
const viewsOfOne: Readonly<Record<string, ComponentType<ViewProps & { id: string }>>> = {
  loads: LoadView,
  events: EventView,
};

/** The view of a place; undefined: there is none. */
export function viewOf(route: Route, live: Live) {
  const { view, id } = route;
  if (id === undefined) {
    const View = Object.hasOwn(views, view) ? views[view] : undefined;
    return View && <View key={view} route={route} live={live} />;
  }
  const One = Object.hasOwn(viewsOfOne, view) ? viewsOfOne[view] : undefined;
  return One && <One key={`${view}/${id}`} id={id} route={route} live={live} />;
}
