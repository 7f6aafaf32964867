import type { LoadDetailsView } from '../../server/schemas/loads.ts';
import type { Overview } from '../../server/schemas/overview.ts';
import { SuspendButtons } from '../actions/suspend-buttons.tsx';
import { useAnswer } from '../api.ts';
import { Badge, loadLooks } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Loading, ProblemNote } from '../parts/notes.tsx';
import { Ago, Name } from '../parts/text.tsx';
import { hrefOf } from '../route.ts';
import { Identity, Sent } from './load/identity.tsx';
import { InForce, Instructions } from './load/instructions.tsx';
import { MeterData } from './load/meter-data.tsx';
import { LoadReports } from './load/reports.tsx';
import type { ViewProps } from './view-props.ts';

/** All of one load. */
export function LoadView({ id, live }: ViewProps & { id: string }) {
  const path = `loads/${encodeURIComponent(id)}`;
  const { answer: load, problem, again } = useAnswer<LoadDetailsView>(path, live.overview?.loads.registered);
  if (problem && !load)
    return (
      <div class="view">
        <h1>
          Load <Name>{id}</Name>
        </h1>
        <ProblemNote problem={problem} again={again} />
      </div>
    );
  if (!load) return <Loading what="the load" />;
  return <Whole load={load} path={path} again={again} actions={live.overview?.actions ?? []} />;
}

interface WholeProps {
  readonly load: LoadDetailsView;
  readonly path: string;
  readonly again: () => void;
  readonly actions: Overview['actions'];
}

function Whole({ load, path, again, actions }: WholeProps) {
  return (
    <div class="view">
      <header>
        <h1>
          <Name>{load.name}</Name>
        </h1>
        <Badge look={loadLooks[load.state]} />
        <SuspendButtons
          scope={{ loadIds: [load.loadId] }}
          what="this load"
          allowed={actions.filter((one) => one === (load.state === 'suspended' ? 'resume' : 'suspend'))}
          onDone={again}
        />
      </header>
      <p class="quiet">
        {load.ven === null ? (
          'without a VEN'
        ) : (
          <a href={hrefOf('loads', { query: { ven: load.ven } })}>
            <Name>{load.ven}</Name>
          </a>
        )}{' '}
        · <Name>{load.siteName}</Name> · <Name>{load.externalResourceId}</Name>
      </p>
      {load.failure && (
        <div class="problem">
          <strong>
            It is not registered: <Name>{load.failure.reason}</Name>
          </strong>
          <span>
            {load.failure.status === null ? 'Without an answer of the VTN' : `HTTP ${load.failure.status}`},{' '}
            <Ago at={load.failure.at} />
          </span>
        </div>
      )}
      <Card heading="What it does now">
        <InForce instructions={load.inForce} />
      </Card>
      <MeterData path={path} instructions={load.instructions} />
      <div class="columns">
        <Identity load={load} />
        <div class="stack">
          <Sent load={load} />
          <LoadReports reports={load.reports} />
        </div>
      </div>
      <Card heading="Instructions" flush aside="the latest first">
        <Instructions instructions={load.instructions} />
      </Card>
    </div>
  );
}
