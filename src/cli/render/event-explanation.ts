import type { EventExplanation } from '../../api/event-status.ts';
import { second, setpointsText, valuesText } from './event-status.ts';
import { table } from './table.ts';
import { count, some } from './text.ts';

/** Why an event means whom it means, and what follows from it. */
export function explanationText(found: EventExplanation): string[] {
  const { eventId, name, state, version, profile, problem } = found;
  const title = `Event ${eventId}${name === null ? '' : ` "${name}"`}: ${state}, version ${version}, read as ${profile}.`;
  if (found.asOf === null) return [title, `It is not acted on: ${problem ?? 'it cannot be read'}.`];
  const sections = [
    [
      title,
      ...(state === 'over' || state === 'cancelled' ? [`Since it is ${state}, this is what would be.`] : []),
      ...(problem === null ? [] : [`Problem: ${problem}.`]),
    ],
    whom(found),
    reachedTable('Load component', found.byComponent),
    reachedTable('VEN', found.byVen),
    spansTable(found),
    ...found.loads.filter(({ isReached, steps }) => !isReached || steps.length > 0).map(loadTable),
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, at) => (at === 0 ? section : ['', ...section]));
}

function whom(found: EventExplanation): string[] {
  const { selection, unmatched, unknownTypes, decided, meant, reached, takingPart } = found;
  const listed = unmatched.slice(0, 10).map(({ label, value }) => `${label} ${value}`);
  const more =
    unmatched.length > listed.length ? `, and ${count(unmatched.length - listed.length)} more` : '';
  return [
    'Whom it is for:',
    ...selection.map((line) => `  ${line}`),
    ...(listed.length > 0 ? [`The fleet has no ${listed.join(', ')}${more}.`] : []),
    ...(unknownTypes.length > 0 ? [`Targets of types that are not known: ${unknownTypes.join(', ')}.`] : []),
    ...decided.map((note) => `Decided: ${note}.`),
    `It means ${some(meant, 'load')}: ${[`${count(reached)} can be reached`, ...reasons(found.unreachable)].join(', ')}.`,
    `Of these, as of ${second(found.asOf)} UTC: ${[`${count(takingPart)} take part`, ...reasons(found.out)].join(', ')}.`,
  ];
}

const reasons = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([reason, loads]) => (loads > 0 ? [`${count(loads)} ${reason}`] : []));

function reachedTable(what: string, rows: EventExplanation['byVen']): string[] {
  if (rows.length === 0) return [];
  return table(
    [what, 'Reached', 'Taking part', 'Out'],
    rows.map(({ name, loads, takingPart, out }) => [name, ...[loads, takingPart, out].map(count)]),
  );
}

function spansTable({ spans, hasMoreSpans }: EventExplanation): string[] {
  if (spans.length === 0) return ['It asks nothing at any time.'];
  const rows = spans.map(({ from, until, type, values, units, interval }) => [
    ...[
      second(from),
      until === null ? 'without end' : second(until),
      type,
      `${valuesText(values)}${units === null ? '' : ` ${units}`}`,
    ],
    String(interval),
  ]);
  return [
    ...table(['From (UTC)', 'Until', 'Asks', 'Values', 'Interval'], rows),
    ...(hasMoreSpans ? ['… and so on'] : []),
  ];
}

function loadTable(load: EventExplanation['loads'][number]): string[] {
  const { loadId, venName, siteId, component, isReached, unreachable, steps, hasMore } = load;
  const title = `Load ${loadId}, ${component} of site ${siteId}, VEN ${venName}:`;
  if (!isReached)
    return [
      `${title} ${unreachable === null ? 'the event does not mean it' : `it cannot be reached: ${unreachable}`}.`,
    ];
  const rows = steps.map(({ from, out, instruction }) => [second(from), out ?? setpointsText(instruction)]);
  return [title, ...table(['From (UTC)', 'Is to do'], rows), ...(hasMore ? ['… and so on'] : [])];
}
