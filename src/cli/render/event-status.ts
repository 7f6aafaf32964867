import type { EventDetails, EventSummary, HandedInstruction } from '../../api/event-status.ts';
import { table } from './table.ts';
import { count, some } from './text.ts';

/** The events, a row for each. */
export function eventsListText(events: readonly EventSummary[]): string[] {
  if (events.length === 0) return ['The database remembers no events.'];
  const headings = ['Event', 'Name', 'State', 'Version', 'First heard', 'Starts', 'Ends'];
  const rows = events.map((one) => {
    const { eventId, name, version, firstReceived, loads, instructions, answers } = one;
    return [
      ...[eventId, name ?? '', stateOf(one), String(version), minute(firstReceived), ...times(one)],
      loads === null ? '-' : `${count(loads.reached)} of ${count(loads.meant)}`,
      ...[instructions.handed, instructions.late, instructions.missed, answers.sent].map(count),
      one.problem ?? '',
    ];
  });
  return table([...headings, 'Loads', 'In time', 'Late', 'Missed', 'Answered', 'Problem'], rows);
}

const stateOf = ({ state, forMeterData }: EventSummary) => (forMeterData ? `${state}, meter data` : state);

/** An event, with its versions, its log and what became of it. */
export function eventText(event: EventDetails): string[] {
  const { eventId, name, state, version, loads, instructions, answers, reports, problem } = event;
  const [starts = '', ends = ''] = times(event);
  const lines = [
    `Event ${eventId}${name === null ? '' : ` "${name}"`}: ${state}, version ${version}, first heard ${second(event.firstReceived)} UTC.`,
    ...(event.forMeterData ? ['Meter data are filed under it; it asks nothing of a load.'] : []),
    event.starts === null ? 'It asks nothing at any time.' : `From ${starts} until ${ends} (UTC).`,
    loads === null
      ? 'Whom it means was not worked out yet.'
      : `It means ${some(loads.meant, 'load')}, of which ${count(loads.reached)} can be reached.`,
    `${some(instructions.due, 'instruction')}: ${count(instructions.handed)} in time, ${count(instructions.late)} late, ${count(instructions.missed)} missed, ${count(instructions.replaced)} replaced, ${count(instructions.open)} open.`,
    `Answers: ${count(answers.sent)} sent, ${count(answers.sending)} on their way, ${count(answers.failed)} failed.`,
    ...(reports.asked === 0
      ? []
      : [
          `${some(reports.asked, 'report')} due: ${count(reports.sent)} sent, ${count(reports.alreadyThere)} already there, ${count(reports.failed)} failed, ${count(reports.notSent)} not sent.`,
        ]),
    ...(problem === null ? [] : [`It is not acted on: ${problem}.`]),
  ];
  return [lines, versionsTable(event), sinksTable(event), failedAnswers(event), logTable(event)]
    .filter((section) => section.length > 0)
    .flatMap((section, at) => (at === 0 ? section : ['', ...section]));
}

function versionsTable({ versions }: EventDetails): string[] {
  const rows = versions.map((one) => [
    ...[String(one.version), one.state, second(one.received), one.receivedBy, ...times(one)],
    one.problem ?? '',
  ]);
  return table(['Version', 'State', 'Received', 'By', 'Starts', 'Ends', 'Problem'], rows);
}

function sinksTable({ bySink }: EventDetails): string[] {
  if (bySink.length === 0) return [];
  const rows = bySink.map(({ sink, version, due, handed, late, missed, replaced, open, mostLateMs }) => [
    ...[sink, ...[version, due, handed, late, missed, replaced, open].map(count)],
    mostLateMs === null ? '-' : count(mostLateMs),
  ]);
  const ends = ['In time', 'Late', 'Missed', 'Replaced', 'Open', 'Latest (ms)'];
  return table(['Sink', 'Version', 'Due', ...ends], rows);
}

function failedAnswers({ said }: EventDetails): string[] {
  const failed = said.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return [];
  const rows = failed.map(({ venName, kind, answer, at, reason }) => [
    ...[venName, kind, answer, second(at), reason ?? ''],
  ]);
  return table(['Failed answers of VEN', 'Kind', 'Answer', 'When', 'Reason'], rows);
}

function logTable({ log }: EventDetails): string[] {
  const rows = log.map(({ at, version, what, detail }) => [
    ...[second(at), version === null ? '-' : String(version), what, detailText(detail)],
  ]);
  return rows.length === 0 ? [] : table(['Log (UTC)', 'Version', 'What', 'Detail'], rows);
}

/** What was noted for sinks, a row for each. */
export function historyText(instructions: readonly HandedInstruction[]): string[] {
  if (instructions.length === 0) return ['Nothing was handed over.'];
  const rows = instructions.map(({ due, until, sink, loadId, end, ended, reason, events, instruction }) => [
    ...[second(due), until === null ? 'for good' : second(until), sink, loadId],
    ...[end ?? 'open', second(ended), reason ?? ''],
    events.map(({ eventId, version }) => `${eventId} (${version})`).join(', '),
    setpointsText(instruction),
  ]);
  const headings = ['Due (UTC)', 'Until', 'Sink', 'Load', 'End', 'When', 'Reason', 'Event (version)'];
  return table([...headings, 'Instruction'], rows);
}

interface Told {
  readonly type: string;
  readonly values: readonly unknown[];
  readonly units: string | null;
  readonly limitKw?: number | undefined;
  readonly exportLimitKw?: number | undefined;
  readonly reason?: string | undefined;
}

/** An instruction in a line: `SIMPLE 2, at most 10 kW`. */
export function setpointsText(instruction: object): string {
  const { setpoints = [] } = instruction as { readonly setpoints?: readonly Told[] };
  if (setpoints.length === 0) return 'nothing any more';
  return setpoints
    .map(({ type, values, units, limitKw, exportLimitKw, reason }) =>
      [
        [type, valuesText(values), units ?? ''].filter(Boolean).join(' '),
        limitKw === undefined ? '' : `at most ${limitKw} kW`,
        exportLimitKw === undefined ? '' : `feeding in at most ${exportLimitKw} kW`,
        reason ?? '',
      ]
        .filter(Boolean)
        .join(', '),
    )
    .join('; ');
}

/** The values of a payload. */
export function valuesText(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join(' ');
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function times({ starts, ends }: Pick<EventSummary, 'starts' | 'ends'>): [string, string] {
  return starts === null ? ['-', '-'] : [minute(starts), ends === null ? 'never' : minute(ends)];
}

const minute = (time: string | null) => (time === null ? '' : time.slice(0, 16).replace('T', ' '));

/** A time to the second. */
export function second(time: string | null): string {
  return time === null ? '' : time.slice(0, 19).replace('T', ' ');
}
