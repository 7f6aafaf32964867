import { basename } from 'node:path';
import { isoTime } from '../api/event-status/iso-time.ts';
import type { KeeperState } from '../api/keep/fleet-keeper.ts';
import { rated, sumOfLoads } from '../monitoring/fleet-status.ts';
import { attentionOf, type Watched } from './attention.ts';
import type { FleetFacts } from './fleet-facts.ts';
import { byVen } from './matrix.ts';
import { currentRun, lastComparison } from './runs.ts';
import type { Overview } from './schemas/overview.ts';

/** What does not change while the process lives. */
export interface Installation {
  readonly version: string;
  readonly databaseName: string;
  readonly allowActions: boolean;
}

const allActions: Overview['actions'] = ['register', 'plan', 'apply', 'suspend', 'resume'];

/** Whether all is well, and how far everything is. */
export function overviewOf(watched: Watched, installation: Installation): Overview {
  const { facts, state, nowMs, isReplay } = watched;
  return {
    at: iso(nowMs),
    version: installation.version,
    started: iso(state.startedMs),
    database: basename(installation.databaseName),
    ...fleetOf(facts),
    vtn: vtnOf(state),
    parts: state.parts.map(({ name, state: how, sinceMs, problem, code, nextMs }) => ({
      ...{ name, state: how, since: iso(sinceMs), problem, code, next: isoTime(nextMs) },
    })),
    run: currentRun(facts.runs, state.run),
    reconciled: lastComparison(facts.runs),
    events: eventsOf(facts, nowMs),
    reports: reportsOf(facts, isReplay),
    attention: attentionOf(watched),
    actions: installation.allowActions ? allActions : [],
  };
}

function fleetOf({ cells, sites }: FleetFacts): Pick<Overview, 'loads' | 'vens' | 'sites'> {
  const vens = byVen(cells);
  vens.delete(null);
  const complete = [...vens.values()].map(sumOfLoads).filter(({ failed, waiting }) => failed + waiting === 0);
  return {
    loads: rated(sumOfLoads(cells)),
    vens: { total: vens.size, complete: complete.length },
    sites,
  };
}

function vtnOf({ vtn }: KeeperState): Overview['vtn'] {
  const { url, profile, state, sinceMs, problem, requests, waits } = vtn;
  return { url, profile, state, since: isoTime(sinceMs), problem, requests, waits };
}

/** An event that the VTN does not list any more may still be acted on (`vanished`), until it is known to be cancelled. */
function eventsOf({ events, dispatches }: FleetFacts, nowMs: number): Overview['events'] {
  const asking = events.filter(
    ({ state, problem, forMeterData }) =>
      problem === null && !forMeterData && (state === 'current' || state === 'vanished'),
  );
  const startOf = ({ starts }: { starts: string | null }) =>
    starts === null ? undefined : Date.parse(starts);
  const hasBegun = (event: (typeof asking)[number]) => (startOf(event) ?? Number.POSITIVE_INFINITY) <= nowMs;
  const { handed, late, missed, loadsTold } = dispatches;
  return {
    running: asking.filter(
      (event) => hasBegun(event) && (event.ends === null || Date.parse(event.ends) > nowMs),
    ).length,
    upcoming: asking.filter((event) => event.starts !== null && !hasBegun(event)).length,
    remembered: events.length,
    ...{ loadsTold, handed, late, missed },
  };
}

/** Of the kind of reports that is furthest. */
function reportsOf({ reports }: FleetFacts, isReplay: boolean): Overview['reports'] {
  const newestOf = ({ mostUntil }: { mostUntil: string | null }) =>
    mostUntil === null ? 0 : Date.parse(mostUntil);
  const [kind] = reports.toSorted((a, b) => newestOf(b) - newestOf(a));
  if (!kind) return null;
  const { points, reporting, failing, mostUntil } = kind;
  return { kind: kind.kind, points, reporting, failing, newest: mostUntil, isReplay };
}

const iso = (ms: number) => isoTime(ms) as string;
