import type { KeeperState, KeptPlan, PartState, VtnState } from '../api/keep/fleet-keeper.ts';
import { hasChanges } from '../api/plan.ts';
import { count, counted } from '../core/count.ts';
import { sumOfLoads } from '../monitoring/fleet-status.ts';
import type { FleetFacts } from './fleet-facts.ts';
import type { Attention } from './schemas/overview.ts';

/** What is looked at to see whether all is well. */
export interface Watched {
  readonly facts: FleetFacts;
  readonly state: KeeperState;
  readonly plan: KeptPlan | undefined;
  readonly nowMs: number;
  /** Readings of another time are reported as if they were of now: how old they are says nothing. */
  readonly isReplay: boolean;
  /** Why the facts are no newer; null: they could be read. */
  readonly unreadable: string | null;
}

/** With more failed loads than one in so many of those that were tried, something is wrong with all of them. */
const failedOneIn = 10;
/** Live reports that are further behind are late. */
const reportsLateMs = 6 * 3600 * 1000;

/** What a person should look at, the most severe first; empty: all is well. */
export function attentionOf(watched: Watched): Attention[] {
  const found = [
    ...databaseAttention(watched),
    ...vtnAttention(watched.state.vtn),
    ...watched.state.parts.flatMap(partAttention),
    ...eventAttention(watched),
    ...loadAttention(watched.facts),
    ...planAttention(watched),
    ...reportAttention(watched),
  ];
  return found.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

const rank = { error: 0, warning: 1 } as const;

const error = (text: string, link: string | null = null): Attention => ({ severity: 'error', text, link });
const warning = (text: string, link: string | null = null): Attention => ({
  severity: 'warning',
  text,
  link,
});

function databaseAttention({ unreadable }: Watched): Attention[] {
  return unreadable === null ? [] : [error(`The numbers are old: ${sentence(unreadable)}`)];
}

function vtnAttention({ state, problem }: VtnState): Attention[] {
  const why = problem === null ? '.' : `: ${sentence(problem)}`;
  switch (state) {
    case 'silent':
      return [error(`The VTN does not answer${why}`)];
    case 'refusing-token':
      return [error(`The VTN refuses the token${why}`)];
    case 'busy':
      return [warning(`The VTN is too busy to answer${why}`)];
    case 'unknown':
    case 'answering':
      return [];
  }
}

const partNames = {
  reconciliation: 'Keeping fleet and VTN together',
  events: 'Following events',
  reports: 'Reporting meter data',
} as const;
const partLinks = { reconciliation: '/runs', events: '/events', reports: null } as const;

/** A part that failed; or one that works, and says that a person should know something. */
function partAttention({ name, state, problem }: PartState): Attention[] {
  const link = partLinks[name];
  if (state === 'degraded')
    return [error(`${partNames[name]} failed: ${sentence(problem ?? 'it is tried again')}`, link)];
  if (state === 'off' || problem === null) return [];
  return [warning(`${partNames[name]}: ${sentence(problem)}`, link)];
}

function eventAttention({ state, facts }: Watched): Attention[] {
  const { missed } = facts.dispatches;
  const alarms = state.alarms.map((alarm) => error(`Events: ${sentence(alarm)}`, '/events'));
  if (missed === 0) return alarms;
  const what = counted(missed, 'instruction of an event', 'instructions of events');
  return [...alarms, error(`${what} came too late to be handed over in the last 24 hours.`, '/events')];
}

function loadAttention({ cells, failures }: FleetFacts): Attention[] {
  const { failed, registered } = sumOfLoads(cells);
  if (failed === 0) return [];
  const [top] = failures;
  const why = top ? `; ${failed === top.loads ? '' : 'most often '}for this reason: ${top.reason}` : '';
  const text = sentence(`${loads(failed)} could not be registered${why}`);
  const make = failed * failedOneIn > failed + registered ? error : warning;
  return [make(text, '/loads?state=failed')];
}

/** What the last comparison found, and nothing has put right since. */
function planAttention({ plan, facts }: Watched): Attention[] {
  if (!plan) return [];
  const { counts, unlistedVens } = plan.result;
  const found: Attention[] = [];
  if (counts.conflict > 0)
    found.push(
      warning(
        `${counted(counts.conflict, 'conflict')} between fleet and VTN, which only a person can decide.`,
        '/runs',
      ),
    );
  if (unlistedVens.length > 0)
    found.push(
      warning(
        `${counted(unlistedVens.length, 'VEN')} could not be listed, so nobody knows what the VTN has of them.`,
        '/runs',
      ),
    );
  const applied = facts.runs.some(
    ({ command, state, endedMs }) =>
      command === 'apply' && state === 'succeeded' && (endedMs ?? 0) > plan.madeMs,
  );
  if (hasChanges(counts) && !applied) {
    const { create, update, remove, correct } = counts;
    found.push(
      warning(
        `Fleet and VTN differ: ${count(create)} to create, ${count(update)} to update, ${count(remove)} to remove, ${count(correct)} to correct in the database.`,
        '/runs',
      ),
    );
  }
  return found;
}

function reportAttention({ facts, state, nowMs, isReplay }: Watched): Attention[] {
  const found: Attention[] = [];
  const failing = Math.max(0, ...facts.reports.map((kind) => kind.failing));
  if (failing > 0)
    found.push(warning(`The last report of ${loads(failing)} ${failing === 1 ? 'was' : 'were'} not taken.`));
  const isLive = state.parts.some((part) => part.name === 'reports' && part.state !== 'off');
  const newest = facts.reports.flatMap(({ mostUntil }) =>
    mostUntil === null ? [] : [Date.parse(mostUntil)],
  );
  const behindMs = nowMs - Math.max(...newest);
  if (isLive && !isReplay && newest.length > 0 && behindMs > reportsLateMs)
    found.push(
      warning(`Reports are late: the newest reading is ${count(behindMs / 3_600_000)} hours old.`, '/matrix'),
    );
  return found;
}

const loads = (loads: number) => counted(loads, 'load');

/** With a full stop at its end. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
