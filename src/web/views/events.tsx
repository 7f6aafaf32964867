import type { EventLine } from '../../server/schemas/events.ts';
import { count } from '../format.ts';
import { Waiting } from '../live/waiting.tsx';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Empty } from '../parts/notes.tsx';
import { Name, Time, useNow } from '../parts/text.tsx';
import { hrefOf } from '../route.ts';
import { phaseOf } from '../timeline.ts';
import { phaseLooks } from './events/phases.ts';
import { TimelineChart } from './events/timeline-chart.tsx';
import type { ViewProps } from './view-props.ts';

/** What the VTN asks, when, of whom, and what became of it. */
export function EventsView({ live }: ViewProps) {
  const events = live.events?.events;
  const part = live.overview?.parts.find(({ name }) => name === 'events');
  return (
    <div class="view">
      <header>
        <h1>Events</h1>
      </header>
      {!events ? (
        <Waiting live={live} what="events" />
      ) : events.length === 0 ? (
        <Empty title="There are no events.">
          {part?.state === 'off' && part.problem
            ? part.problem
            : 'What the VTN asks of the loads shows here.'}
        </Empty>
      ) : (
        <>
          <TimelineChart events={events} />
          <Card heading="All events" flush aside={`${count(events.length)} remembered`}>
            <EventTable events={events} />
          </Card>
        </>
      )}
    </div>
  );
}

const order = ['unclear', 'running', 'upcoming', 'vanished', 'idle', 'meter-data', 'over', 'cancelled'];

function EventTable({ events }: { events: readonly EventLine[] }) {
  const now = useNow();
  const lines = events
    .map((event) => ({ event, phase: phaseOf(event, now) }))
    .sort(
      (one, other) =>
        order.indexOf(one.phase) - order.indexOf(other.phase) ||
        (other.event.starts ?? '').localeCompare(one.event.starts ?? ''),
    );
  return (
    <div class="scroll">
      <table class="table events">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col" class="wide-only">
              From, until
            </th>
            <th scope="col" class="number wide-only">
              Loads
            </th>
            <th scope="col">Instructions</th>
            <th scope="col" class="wide-only">
              Answers
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ event, phase }) => (
            <tr key={event.eventId}>
              <th scope="row">
                <a href={hrefOf('events', { id: event.eventId })}>
                  <Name clip>{event.name ?? event.eventId}</Name>
                </a>
                {event.problem !== null && (
                  <span class="tone-error">
                    <Name>{event.problem}</Name>
                  </span>
                )}
              </th>
              <td>
                <Badge look={phaseLooks[phase]} />
              </td>
              <td class="wide-only when">
                <Time at={event.starts} />
                <br />
                {event.starts !== null && <Until at={event.ends} />}
              </td>
              <td class="number wide-only">
                <Reached event={event} />
              </td>
              <td>
                <InstructionCounts counts={event.instructions} />
              </td>
              <td class="wide-only">
                <Answers answers={event.answers} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Until({ at }: { at: string | null }) {
  return at === null ? <span class="quiet">no end</span> : <Time at={at} />;
}

function Reached({ event: { loads } }: { event: EventLine }) {
  if (loads === null) return <span class="quiet">–</span>;
  return (
    <>
      {count(loads.reached)}
      {loads.reached < loads.meant && <span class="quiet"> of {count(loads.meant)}</span>}
    </>
  );
}

/** Instructions by their ends; only what is not 0, and what went wrong stands out. */
export function InstructionCounts({ counts }: { counts: EventLine['instructions'] }) {
  const parts = [
    ['missed', counts.missed, 'tone-error'],
    ['late', counts.late, 'tone-warn'],
    ['on time', counts.handed, ''],
    ['open', counts.open, 'quiet'],
    ['replaced', counts.replaced, 'quiet'],
  ] as const;
  const there = parts.filter(([, value]) => value > 0);
  if (there.length === 0) return <span class="quiet">none yet</span>;
  return (
    <ul class="counts">
      {there.map(([words, value, tone]) => (
        <li key={words} class={tone}>
          {count(value)} {words}
        </li>
      ))}
    </ul>
  );
}

function Answers({ answers: { sent, sending, failed } }: { answers: EventLine['answers'] }) {
  if (sent + sending + failed === 0) return <span class="quiet">none</span>;
  return (
    <ul class="counts">
      {failed > 0 && <li class="tone-error">{count(failed)} failed</li>}
      {sent > 0 && <li>{count(sent)} sent</li>}
      {sending > 0 && <li class="quiet">{count(sending)} on their way</li>}
    </ul>
  );
}
