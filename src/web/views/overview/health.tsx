import type { Overview, PartStateView } from '../../../server/schemas/overview.ts';
import { count, counted, short } from '../../format.ts';
import { Badge, partLooks } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Ago, Fact, Facts, Time } from '../../parts/text.tsx';

/** The parts of the process, each by itself: one that fails leaves the others alone. */
export function PartsCard({ parts }: { parts: readonly PartStateView[] }) {
  return (
    <Card heading="Service">
      <ul class="parts">
        {parts.map((part) => (
          <li key={part.name}>
            <div>
              <strong>{partWords[part.name]}</strong>
              <Badge look={partLooks[part.state]} />
            </div>
            {part.problem && (
              <p class={part.state === 'degraded' ? 'problem' : 'quiet'}>
                <bdi class="name">{part.problem}</bdi>
                {part.code && <code>{part.code}</code>}
              </p>
            )}
            <p class="quiet">
              Since <Ago at={part.since} />
              {part.next && (
                <>
                  , next <Ago at={part.next} due />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const partWords: Readonly<Record<PartStateView['name'], string>> = {
  reconciliation: 'Reconciliation',
  events: 'Events',
  reports: 'Reports',
};

export function EventsCard({ events }: { events: Overview['events'] }) {
  const bad = events.missed > 0 ? 'error' : events.late > 0 ? 'warn' : undefined;
  return (
    <Card heading="Events" aside={<a href="#/events">All events</a>}>
      <div class="stack">
        <p class="share">
          <strong>{count(events.running)}</strong> running
        </p>
        <Facts>
          <Fact term="To come">{count(events.upcoming)}</Fact>
          <Fact term="Loads told">{count(events.loadsTold)} now</Fact>
          <Fact term="Last 24 hours">
            {counted(events.handed, 'instruction')} on time
            <br />
            <span class={bad ? `tone-${bad}` : ''}>
              {count(events.late)} late, {count(events.missed)} missed
            </span>
          </Fact>
          <Fact term="Remembered">{counted(events.remembered, 'event')}</Fact>
        </Facts>
      </div>
    </Card>
  );
}

export function ReportsCard({ reports }: { reports: Overview['reports'] }) {
  if (!reports)
    return (
      <Card heading="Meter data">
        <p class="quiet">Nothing was reported yet.</p>
      </Card>
    );
  return (
    <Card heading="Meter data" aside={<span title={reports.kind}>{reports.kind.replace(/@.*/, '')}</span>}>
      <div class="stack">
        <p class="share">
          <strong title={count(reports.points)}>{short(reports.points)}</strong> readings reported
        </p>
        <Facts>
          <Fact term="Newest until">
            {reports.isReplay ? (
              <>
                <Time at={reports.newest} /> <span class="quiet">(played again)</span>
              </>
            ) : (
              <Ago at={reports.newest} />
            )}
          </Fact>
          <Fact term="Reporting">{counted(reports.reporting, 'load')}</Fact>
          <Fact term="Failing">
            <span class={reports.failing > 0 ? 'tone-error' : ''}>{counted(reports.failing, 'load')}</span>
          </Fact>
        </Facts>
      </div>
    </Card>
  );
}
