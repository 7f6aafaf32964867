import type { Overview } from '../../server/schemas/overview.ts';
import { ActionButtons } from '../actions/action-buttons.tsx';
import type { Live } from '../live/live.ts';
import { Waiting } from '../live/waiting.tsx';
import { Card } from '../parts/card.tsx';
import { FailureReasons } from './failures.tsx';
import { EventsCard, PartsCard, ReportsCard } from './overview/health.tsx';
import { LoadNumbers } from './overview/load-numbers.tsx';
import { RunCard } from './overview/run-card.tsx';
import { Verdict } from './overview/verdict.tsx';
import { VtnCard } from './overview/vtn-card.tsx';
import type { ViewProps } from './view-props.ts';

/** Whether all is well, and if not, what is not. */
export function OverviewView({ live }: ViewProps) {
  const { overview } = live;
  return (
    <div class="view">
      <header>
        <h1>Overview</h1>
        {overview && <ActionButtons allowed={overview.actions} />}
      </header>
      {overview ? <Whole overview={overview} live={live} /> : <Waiting live={live} what="the fleet" />}
    </div>
  );
}

function Whole({ overview, live }: { overview: Overview; live: Live }) {
  return (
    <>
      <Verdict overview={overview} />
      <div class="overview-top">
        <LoadNumbers overview={overview} />
        <RunCard overview={overview} course={live.runRate} />
      </div>
      <div class="overview-cards">
        <VtnCard vtn={overview.vtn} course={live.requestRate} />
        <PartsCard parts={overview.parts} />
        <div class="overview-column">
          <EventsCard events={overview.events} />
          <ReportsCard reports={overview.reports} />
        </div>
      </div>
      {overview.loads.failed > 0 && (
        <Card heading="Why loads failed" flush aside={<a href="#/failures">All reasons</a>}>
          <FailureReasons most={5} reason={overview.loads.failed} />
        </Card>
      )}
    </>
  );
}
