import { useState } from 'preact/hooks';
import type { EventLine } from '../../../server/schemas/events.ts';
import { localTime } from '../../format.ts';
import { Card } from '../../parts/card.tsx';
import { useNow } from '../../parts/text.tsx';
import { hrefOf } from '../../route.ts';
import { phaseOf, type Span, type TimelineBar, ticksOf, timelineOf } from '../../timeline.ts';
import { phaseLooks } from './phases.ts';

const hourMs = 3_600_000;
const windows = {
  day: ['Day', 6, 18],
  days: ['3 days', 24, 48],
  weeks: ['2 weeks', 7 * 24, 7 * 24],
} as const;
type Window = keyof typeof windows;

const mostLanes = 14;
const laneHeight = 34;

/** Events over time, with a line at now. */
export function TimelineChart({ events }: { events: readonly EventLine[] }) {
  const [shown, show] = useState<Window>('day');
  // To the minute, so that it is not laid out anew each second.
  const now = Math.floor(useNow() / 60_000) * 60_000;
  const [, before, after] = windows[shown];
  const span: Span = { from: now - before * hourMs, until: now + after * hourMs };
  const { bars, lanes } = timelineOf(events, span);
  const drawn = bars.filter(({ lane }) => lane < mostLanes);
  const left = ((now - span.from) / (span.until - span.from)) * 100;
  return (
    <Card heading="Timeline" aside={<Windows shown={shown} onShow={show} />}>
      {bars.length === 0 ? (
        <p class="note">No event in this time.</p>
      ) : (
        <div class="timeline">
          <Ticks span={span} />
          <ul style={{ height: `${Math.min(lanes, mostLanes) * laneHeight}px` }}>
            {drawn.map((bar) => (
              <Bar key={bar.event.eventId} bar={bar} now={now} />
            ))}
          </ul>
          <div class="now" style={{ left: `${left}%` }}>
            <span>now</span>
          </div>
        </div>
      )}
      {drawn.length < bars.length && (
        <p class="quiet">{bars.length - drawn.length} more at the same time are in the list below.</p>
      )}
    </Card>
  );
}

function Windows({ shown, onShow }: { shown: Window; onShow: (window: Window) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form.
    <div class="segments" role="group" aria-label="How much time is shown">
      {(Object.keys(windows) as Window[]).map((one) => (
        <button key={one} type="button" aria-pressed={one === shown} onClick={() => onShow(one)}>
          {windows[one][0]}
        </button>
      ))}
    </div>
  );
}

function Ticks({ span }: { span: Span }) {
  const offsetMs = -new Date(span.from).getTimezoneOffset() * 60_000;
  const isShort = span.until - span.from <= 36 * hourMs;
  return (
    <div class="ticks" aria-hidden="true">
      {ticksOf(span, offsetMs, 8).map(({ at, left }) => (
        <span key={at} style={{ left: `${left}%` }}>
          {isShort ? localTime(at).split(', ')[1] : localTime(at).replace(', 00:00', '')}
        </span>
      ))}
    </div>
  );
}

function Bar({ bar, now }: { bar: TimelineBar; now: number }) {
  const { event, left, width, lane, isCutLeft, isCutRight } = bar;
  const [words, tone] = phaseLooks[phaseOf(event, now)];
  const name = event.name ?? event.eventId;
  const when = `${event.starts === null ? '' : localTime(event.starts)} to ${event.ends === null ? 'no end' : localTime(event.ends)}`;
  return (
    <li style={{ left: `${left}%`, width: `${width}%`, top: `${lane * laneHeight}px` }}>
      <a
        class={`event-bar ${tone} ${isCutLeft ? 'cut-left' : ''} ${isCutRight ? 'cut-right' : ''}`}
        href={hrefOf('events', { id: event.eventId })}
        title={`${name}: ${words}, ${when}`}
      >
        <bdi class="clipped">{name}</bdi>
        <span class="hidden">
          , {words}, {when}
        </span>
      </a>
    </li>
  );
}
