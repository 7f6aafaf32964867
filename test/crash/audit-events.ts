import { query, readLoads } from '../support/fleet-database.ts';
import type { Arrival } from './event-sinks.ts';

/** What is wrong with what sinks were told; all 0 and `examples` empty where nothing is. */
export interface EventsAudit {
  readonly loads: number;
  /** Dispatches that arrived, all sinks together. */
  readonly arrived: number;
  /** Those of the web address that came again, as they may: with the same id and content. */
  readonly again: number;
  /** Ids that the file or the broker got more than once, and those under which the web address was told two things. */
  readonly twice: number;
  /** Loads that do not end with what the VTN's events ask, by sink. */
  readonly wrong: number;
  /** Dispatches of which the journal says other than what arrived. */
  readonly unlike: number;
  /** Dispatches without an end, and counts that the journal's rows do not add up to. */
  readonly left: number;
  readonly examples: readonly string[];
}

export interface AuditedSinks {
  readonly file: readonly Arrival[];
  readonly mqtt: readonly Arrival[];
  readonly webhook: readonly Arrival[];
}

/** Compares what arrived with what the VTN at `vtnUrl` asks now, and with the journal. */
export async function auditEvents(dbPath: string, vtnUrl: string, sinks: AuditedSinks): Promise<EventsAudit> {
  const examples: string[] = [];
  const count = (all: readonly string[]) => {
    examples.push(...all.slice(0, 3));
    return all.length;
  };
  const asked = await askedBy(vtnUrl);
  const loads = readLoads(dbPath);
  const all = Object.entries(sinks) as [string, readonly Arrival[]][];
  const wrong = all.flatMap(([sink, arrivals]) => {
    const last = new Map(arrivals.map((one) => [one.load, one]));
    return loads.flatMap(({ load_id: id, load_component: component }) => {
      const [is, should] = [toldOf(last.get(id)), asked(component)];
      return is === should ? [] : `wrong: ${id} (${component}) does ${is} by ${sink}, asked is ${should}`;
    });
  });
  const twice = [
    ...[...idsTwice(sinks.file)].map((id) => `twice in the file: ${id}`),
    ...[...idsTwice(sinks.mqtt)].map((id) => `twice at the broker: ${id}`),
    ...[...idsOfTwoContents(sinks.webhook)].map((id) => `two things under one id: ${id}`),
  ];
  return {
    loads: loads.length,
    arrived: all.reduce((sum, [, arrivals]) => sum + arrivals.length, 0),
    again: idsTwice(sinks.webhook).size,
    twice: count(twice),
    wrong: count(wrong),
    unlike: count(all.flatMap(([sink, arrivals]) => unlikeJournal(dbPath, sink, arrivals))),
    left: count([...openIn(dbPath), ...countsIn(dbPath)]),
    examples,
  };
}

interface VtnEvent {
  readonly id: string;
  readonly priority?: number | null;
  readonly targets?: readonly string[] | null;
  readonly intervalPeriod: { readonly start: string; readonly duration: string };
  readonly intervals: readonly { readonly payloads: readonly { readonly values: readonly unknown[] }[] }[];
}

/** What is asked of each component now: by the most urgent event that lasts (each has a priority of its own). */
async function askedBy(vtnUrl: string): Promise<(component: string) => string> {
  const text = await (await fetch(`${vtnUrl}/__simulator/events`)).text();
  const lasting = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as VtnEvent)
    .filter(({ intervalPeriod: { duration } }) => hoursOf(duration) === hoursOf(longDuration))
    .sort((one, other) => (one.priority ?? Infinity) - (other.priority ?? Infinity));
  return (component) => {
    const first = lasting.find(({ targets }) => !targets?.length || targets.includes(component));
    return first ? `${first.id}: ${first.intervals[0]?.payloads[0]?.values}` : 'nothing';
  };
}

/** By which an event is known that lasts beyond the test. */
export const longDuration = 'PT5H';

/** The VTN writes durations in full: `P0Y0M0DT5H0M0S`. */
const hoursOf = (duration: string) => Number(/(\d+)H/.exec(duration)?.[1] ?? 0);

function toldOf(arrival: Arrival | undefined): string {
  const [setpoint] = arrival?.setpoints ?? [];
  return setpoint ? `${setpoint.event}: ${setpoint.values}` : 'nothing';
}

function idsTwice(arrivals: readonly Arrival[]): Set<string> {
  const [seen, twice] = [new Set<string>(), new Set<string>()];
  for (const { dispatch } of arrivals) (seen.has(dispatch) ? twice : seen).add(dispatch);
  return twice;
}

/** But for when it was sent. */
function idsOfTwoContents(arrivals: readonly Arrival[]): Set<string> {
  const [contents, two] = [new Map<string, string>(), new Set<string>()];
  for (const { sent: _, lateMs: __, ...rest } of arrivals) {
    const text = JSON.stringify(rest);
    if ((contents.get(rest.dispatch) ?? text) !== text) two.add(rest.dispatch);
    contents.set(rest.dispatch, text);
  }
  return two;
}

/**
 * What arrived is handed over, and the other way round. The web address, which says of some requests that it did not take them,
 * may have got more.
 */
function unlikeJournal(dbPath: string, sink: string, arrivals: readonly Arrival[]): string[] {
  const rows = query(
    dbPath,
    `SELECT d.dispatch_id AS id, d.outcome AS outcome FROM venfleet_dispatches d
     JOIN venfleet_dispatch_sinks s ON s.id = d.sink_id WHERE s.name = '${sink}'`,
  );
  const outcomes = new Map(rows.map(({ id, outcome }) => [String(id), String(outcome)]));
  const ids = new Set(arrivals.map(({ dispatch }) => dispatch));
  const isHanded = (outcome: string | undefined) => outcome === 'handed' || outcome === 'late';
  return [
    ...[...ids].flatMap((id) => {
      const outcome = outcomes.get(id);
      const may = sink === 'webhook' && outcome !== undefined;
      return isHanded(outcome) || may ? [] : `${sink} got ${id}, the journal has it as ${outcome}`;
    }),
    ...[...outcomes].flatMap(([id, outcome]) =>
      isHanded(outcome) && !ids.has(id) ? `${sink} never got ${id}, the journal has it as ${outcome}` : [],
    ),
  ];
}

function openIn(dbPath: string): string[] {
  const rows = query(dbPath, 'SELECT dispatch_id AS id FROM venfleet_dispatches WHERE outcome IS NULL');
  return rows.map(({ id }) => `open: ${id}`);
}

const ends = ['handed', 'late', 'missed', 'replaced'];

/** The counts that are kept beside the rows. */
function countsIn(dbPath: string): string[] {
  const sums = (of: (end: string) => string, from: string) =>
    JSON.stringify(
      query(dbPath, `SELECT ${ends.map((end) => `${of(end)} AS ${end}`).join(', ')} FROM ${from}`),
    );
  const rows = sums((end) => `sum(outcome = '${end}')`, 'venfleet_dispatches');
  const counts = sums((end) => `sum(${end})`, 'venfleet_dispatch_counts');
  return rows === counts ? [] : [`the journal's rows are ${rows}, its counts ${counts}`];
}
