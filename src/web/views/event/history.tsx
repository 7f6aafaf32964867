import type { EventDetailsView } from '../../../server/schemas/events.ts';
import { count, duration } from '../../format.ts';
import { Badge, eventLooks } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Empty } from '../../parts/notes.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { Name, Time } from '../../parts/text.tsx';
import { detailWords } from './detail-words.ts';

const mostLines = 50;

/** How the instructions went, by where they were handed. */
export function BySink({ event }: { event: EventDetailsView }) {
  return (
    <Card heading="Handed over, by sink" flush>
      {event.bySink.length === 0 ? (
        <Empty title="Nothing was handed over yet." />
      ) : (
        <Scroll>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Sink</th>
                {['Version', 'Due', 'On time', 'Late', 'Missed', 'Replaced', 'Open', 'Most late'].map(
                  (words) => (
                    <th key={words} scope="col" class="number">
                      {words}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {event.bySink.map((one) => (
                <tr key={`${one.sink} ${one.version}`}>
                  <th scope="row" class="sink">
                    <Name clip>{one.sink}</Name>
                  </th>
                  <td class="number">{one.version}</td>
                  <td class="number">{count(one.due)}</td>
                  <td class="number">{count(one.handed)}</td>
                  <td class={`number ${one.late > 0 ? 'tone-warn' : ''}`}>{count(one.late)}</td>
                  <td class={`number ${one.missed > 0 ? 'tone-error' : ''}`}>{count(one.missed)}</td>
                  <td class="number">{count(one.replaced)}</td>
                  <td class="number">{count(one.open)}</td>
                  <td class="number">{one.mostLateMs === null ? '–' : duration(one.mostLateMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  );
}

export function Versions({ event }: { event: EventDetailsView }) {
  return (
    <Card heading="Versions" flush>
      <Scroll>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">State</th>
              <th scope="col">Received</th>
              <th scope="col">From, until</th>
            </tr>
          </thead>
          <tbody>
            {event.versions.map((one) => (
              <tr key={one.version}>
                <th scope="row">{one.version}</th>
                <td>
                  <Badge look={eventLooks[one.state]} />
                </td>
                <td class="when">
                  <Time at={one.received} seconds />
                  <br />
                  <span class="quiet">
                    by <Name>{one.receivedBy}</Name>
                  </span>
                </td>
                <td class="when">
                  <Time at={one.starts} />
                  <br />
                  {one.ends === null ? <span class="quiet">no end</span> : <Time at={one.ends} />}
                  {one.problem !== null && (
                    <span class="tone-error">
                      <Name>{one.problem}</Name>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Card>
  );
}

export function Log({ event }: { event: EventDetailsView }) {
  return (
    <Card heading="Log">
      {event.log.length === 0 && <p class="quiet">Nothing was noted yet.</p>}
      <ol class="log">
        {event.log.slice(-mostLines).map((one, index) => (
          <li key={`${one.at} ${one.what} ${index}`}>
            <span class="quiet">
              <Time at={one.at} seconds />
            </span>
            <span>
              <Name>{one.what}</Name>
              {one.version !== null && <span class="quiet"> version {one.version}</span>}
              <span class="quiet detail">
                <Name>{detailWords(one.detail)}</Name>
              </span>
            </span>
          </li>
        ))}
      </ol>
      {event.log.length > mostLines && (
        <p class="quiet">
          The last {mostLines} of {count(event.log.length)}.
        </p>
      )}
    </Card>
  );
}

const saidLooks = {
  sent: ['sent', 'ok'],
  sending: ['on its way', 'wait'],
  failed: ['failed', 'error'],
} as const;

/** What the VTN was answered. */
export function Answered({ event }: { event: EventDetailsView }) {
  const { failed } = event.answers;
  const said = [...event.said].sort(
    (one, other) => Number(other.state === 'failed') - Number(one.state === 'failed'),
  );
  if (said.length === 0) return null;
  return (
    <Card heading="Answers to the VTN" flush aside={failed > 0 && `${count(failed)} failed`}>
      <Scroll>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">VEN</th>
              <th scope="col">Answer</th>
              <th scope="col">State</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {said.slice(0, mostLines).map((one, index) => (
              <tr key={`${one.venName} ${one.kind} ${one.version} ${index}`}>
                <th scope="row">
                  <Name>{one.venName}</Name>
                </th>
                <td>
                  <Name>{one.answer}</Name> <span class="quiet">{one.kind}</span>
                  {one.reason !== null && (
                    <div class="tone-error">
                      <Name>{one.reason}</Name>
                    </div>
                  )}
                </td>
                <td>
                  <Badge look={saidLooks[one.state]} />
                </td>
                <td class="when">
                  <Time at={one.at} seconds />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {said.length > mostLines && (
        <p class="note">
          {mostLines} of {count(said.length)}, failed ones first.
        </p>
      )}
    </Card>
  );
}
