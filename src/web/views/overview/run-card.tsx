import type { Overview } from '../../../server/schemas/overview.ts';
import type { RunView } from '../../../server/schemas/runs.ts';
import { count, counted, duration, percent, rate } from '../../format.ts';
import type { Sample } from '../../live/merge.ts';
import { Badge, runLooks } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { CountKey, StackedBar } from '../../parts/stacked-bar.tsx';
import { Ago } from '../../parts/text.tsx';
import { askedBy, countParts, progressOf, runWords } from '../../run-progress.ts';

/** What goes on now; else the last comparison with the VTN. */
export function RunCard({ overview, course }: { overview: Overview; course: readonly Sample[] }) {
  if (overview.run) return <Running run={overview.run} course={course} />;
  return <Reconciled run={overview.reconciled} next={nextOf(overview)} />;
}

function Running({ run, course }: { run: RunView; course: readonly Sample[] }) {
  const { done, share, leftMs } = progressOf(run);
  const parts = countParts(run.counts);
  return (
    <Card heading={runWords(run)} class="run-card" aside={<Badge look={runLooks.running} />}>
      <div class="stack">
        {run.total === null && done === 0 ? (
          <p class="quiet">Finding out what there is to do…</p>
        ) : (
          <>
            <p class="share">
              <strong>{share === null ? count(done) : percent(share)}</strong>{' '}
              {run.total === null ? 'done' : `of ${count(run.total)}`}
            </p>
            <StackedBar parts={parts} total={run.total} label={runWords(run)} />
            <CountKey parts={parts} />
            <div class="pair">
              <p>
                <strong>{rate(run.perSecond)}</strong> <span class="quiet">per second</span>
              </p>
              <p>
                <strong>{leftMs === null ? '–' : duration(leftMs)}</strong> <span class="quiet">to go</span>
              </p>
            </div>
            <Sparkline course={course} label="Loads per second:" />
          </>
        )}
        <p class="quiet">
          Begun {askedBy(run)}, <Ago at={run.started} />.
        </p>
      </div>
    </Card>
  );
}

function nextOf({ parts }: Overview): string | null {
  return parts.find(({ name }) => name === 'reconciliation')?.next ?? null;
}

function Reconciled({ run, next }: { run: RunView | null; next: string | null }) {
  const nextWords = next && (
    <p class="quiet">
      The next comparison is due <Ago at={next} due />.
    </p>
  );
  if (!run)
    return (
      <Card heading="Last comparison with the VTN" class="run-card">
        <p class="quiet">Fleet and VTN have not been compared yet.</p>
        {nextWords}
      </Card>
    );
  const parts = countParts(run.counts);
  return (
    <Card
      heading="Last comparison with the VTN"
      class="run-card"
      aside={run.state === 'succeeded' ? <Ago at={run.ended} /> : <Badge look={runLooks[run.state]} />}
    >
      <div class="stack">
        <StackedBar parts={parts} total={run.total} label={runWords(run)} />
        <CountKey parts={parts} />
        {run.problem && <p class="problem">{run.problem}</p>}
        <p class="quiet">
          {runWords(run)} {askedBy(run)}
          {run.total !== null && `, ${counted(run.total, 'load')}`}
          {run.ended && `, took ${duration(Date.parse(run.ended) - Date.parse(run.started))}`}.{' '}
          <a href="#/runs">All runs</a>
        </p>
        {nextWords}
      </div>
    </Card>
  );
}
