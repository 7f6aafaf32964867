import type { EventDetailsView, EventExplanationView } from '../../server/schemas/events.ts';
import { useAnswer } from '../api.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Loading, ProblemNote } from '../parts/notes.tsx';
import { Fact, Facts, Name, Time, useNow } from '../parts/text.tsx';
import { phaseOf } from '../timeline.ts';
import { Explanation } from './event/explanation.tsx';
import { Answered, BySink, Log, Versions } from './event/history.tsx';
import { phaseLooks } from './events/phases.ts';
import { InstructionCounts } from './events.tsx';
import type { ViewProps } from './view-props.ts';

/** All of one event: what became of it, whom it means and why, and what they do when. */
export function EventView({ id, live }: ViewProps & { id: string }) {
  const path = `events/${encodeURIComponent(id)}`;
  const line = live.events?.events.find(({ eventId }) => eventId === id);
  const reason = JSON.stringify([line?.state, line?.version, line?.instructions, line?.answers]);
  const { answer: event, problem, again } = useAnswer<EventDetailsView>(path, reason);
  const explained = useAnswer<EventExplanationView>(`${path}/explain`, line?.version);
  if (problem && !event)
    return (
      <div class="view">
        <h1>
          Event <Name>{id}</Name>
        </h1>
        <ProblemNote problem={problem} again={again} />
      </div>
    );
  if (!event) return <Loading what="the event" />;
  return (
    <div class="view">
      <Head event={event} />
      {explained.answer ? (
        <Explanation explained={explained.answer} />
      ) : explained.problem ? (
        <ProblemNote problem={explained.problem} again={explained.again} />
      ) : (
        <Loading what="whom it means" />
      )}
      <BySink event={event} />
      <div class="columns">
        <Versions event={event} />
        <Log event={event} />
      </div>
      <Answered event={event} />
    </div>
  );
}

function Head({ event }: { event: EventDetailsView }) {
  const now = useNow();
  return (
    <>
      <header>
        <h1>
          <Name>{event.name ?? event.eventId}</Name>
        </h1>
        <Badge look={phaseLooks[phaseOf(event, now)]} />
      </header>
      {event.problem !== null && (
        <p class="problem">
          <Name>{event.problem}</Name>
        </p>
      )}
      <Card heading="In short">
        <Facts>
          <Fact term="From, until">
            {event.starts === null ? (
              <span class="quiet">no time at which it asks for anything</span>
            ) : (
              <>
                <Time at={event.starts} /> – {event.ends === null ? 'no end' : <Time at={event.ends} />}
              </>
            )}
          </Fact>
          <Fact term="Instructions">
            <InstructionCounts counts={event.instructions} />
          </Fact>
          <Fact term="Event">
            <code>
              <Name>{event.eventId}</Name>
            </code>
            , version {event.version}
          </Fact>
          {event.programId !== null && (
            <Fact term="Program">
              <code>
                <Name>{event.programId}</Name>
              </code>
            </Fact>
          )}
          <Fact term="First received">
            <Time at={event.firstReceived} seconds />
          </Fact>
        </Facts>
      </Card>
    </>
  );
}
