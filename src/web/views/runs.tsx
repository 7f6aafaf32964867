import { useState } from 'preact/hooks';
import type { RunsAnswer, RunView } from '../../server/schemas/runs.ts';
import { ask, Problem, useAnswer } from '../api.ts';
import { count, duration, rate } from '../format.ts';
import { Badge, runLooks } from '../parts/badge.tsx';
import { Empty, Loading, ProblemNote } from '../parts/notes.tsx';
import { CountKey, StackedBar } from '../parts/stacked-bar.tsx';
import { Ago, Name, Time } from '../parts/text.tsx';
import { searchOf } from '../route.ts';
import { askedBy, countParts, progressOf, runWords } from '../run-progress.ts';
import type { ViewProps } from './view-props.ts';

/** What was registered, planned and applied, by this process and by commands; the latest first. */
export function RunsView({ live: { overview } }: ViewProps) {
  const reason = JSON.stringify([overview?.run?.runId, overview?.reconciled?.runId]);
  const { answer, problem, again } = useAnswer<RunsAnswer>('runs', reason);
  return (
    <div class="view">
      <header>
        <h1>Runs</h1>
        <span class="quiet">registrations, plans, applies and reports, the latest first</span>
      </header>
      {answer ? (
        <Pages key={reason} first={answer} running={overview?.run ?? null} />
      ) : problem ? (
        <ProblemNote problem={problem} again={again} />
      ) : (
        <Loading what="runs" />
      )}
    </div>
  );
}

function Pages({ first, running }: { first: RunsAnswer; running: RunView | null }) {
  const [later, setLater] = useState<RunView[]>([]);
  const [next, setNext] = useState(first.next);
  const [problem, setProblem] = useState<Problem>();
  const more = async () => {
    try {
      const page = await ask<RunsAnswer>(`runs${searchOf({ before: next ?? undefined })}`);
      setLater([...later, ...page.runs]);
      setNext(page.next);
    } catch (error) {
      if (error instanceof Problem) setProblem(error);
    }
  };
  const runs = [...first.runs, ...later].map((run) => (run.runId === running?.runId ? running : run));
  if (runs.length === 0)
    return <Empty title="Nothing was run yet.">Each registration, plan and apply shows here.</Empty>;
  return (
    <>
      <ol class="stack">
        {runs.map((run) => (
          <li key={run.runId}>
            <Run run={run} />
          </li>
        ))}
      </ol>
      {problem && <ProblemNote problem={problem} />}
      {next !== null && (
        <div class="more">
          <button type="button" class="button" onClick={more}>
            More
          </button>
        </div>
      )}
    </>
  );
}

function Run({ run }: { run: RunView }) {
  const parts = countParts(run.counts);
  const { leftMs } = progressOf(run);
  const tookMs = run.ended === null ? null : Date.parse(run.ended) - Date.parse(run.started);
  return (
    <article class="card run">
      <header>
        <h2>{runWords(run)}</h2>
        <Badge look={runLooks[run.state]} />
        <span class="aside">
          <Time at={run.started} /> (<Ago at={run.started} />)
        </span>
      </header>
      <div class="stack">
        <p class="quiet">
          Begun {askedBy(run)}
          {tookMs !== null && `, took ${duration(tookMs)}`}
          {run.total !== null && `, ${count(run.total)} in all`}
          {run.perSecond !== null && `, ${rate(run.perSecond)} per second`}
          {leftMs !== null && `, ${duration(leftMs)} to go`}.
        </p>
        {parts.length > 0 && (
          <>
            <StackedBar parts={parts} total={run.total} label={runWords(run)} thin />
            <CountKey parts={parts} />
          </>
        )}
        {run.problem !== null && (
          <p class="problem">
            <Name>{run.problem}</Name>
            {run.code !== null && <code>{run.code}</code>}
          </p>
        )}
        {run.reasons.length > 0 && <Reasons reasons={run.reasons} />}
      </div>
    </article>
  );
}

function Reasons({ reasons }: { reasons: RunView['reasons'] }) {
  return (
    <details open={reasons.length <= 3}>
      <summary>Why loads failed</summary>
      <table class="table slim">
        <thead>
          <tr>
            <th scope="col" class="number">
              Loads
            </th>
            <th scope="col">Reason</th>
            <th scope="col" class="wide-only">
              Example
            </th>
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ reason, loads, example }) => (
            <tr key={reason}>
              <td class="number">{count(loads)}</td>
              <td>
                <Name>{reason}</Name>
              </td>
              <td class="wide-only">
                <a href={`#/loads${searchOf({ q: example })}`}>
                  <Name clip>{example}</Name>
                </a>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
