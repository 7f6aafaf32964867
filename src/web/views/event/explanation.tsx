import { useState } from 'preact/hooks';
import type { EventExplanationView } from '../../../server/schemas/events.ts';
import { count, counted } from '../../format.ts';
import { Card } from '../../parts/card.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { StackedBar } from '../../parts/stacked-bar.tsx';
import { Name, Time } from '../../parts/text.tsx';
import { valuesWords } from '../../plots/course.ts';
import { hrefOf } from '../../route.ts';
import { Setpoints } from '../load/instructions.tsx';
import { countsOf, type ExplainedCounts, type ExplainedLoad, loadsOf } from './explained.ts';

/** Whom an event means and why, and what each kind of load does when. */
export function Explanation({ explained }: { explained: EventExplanationView }) {
  const loads = loadsOf(explained.loads).filter(({ steps }) => steps.length > 0);
  return (
    <>
      <Whom explained={explained} />
      <div class="columns">
        <div class="stack wide-gap">
          <Counts heading="By component" rows={countsOf(explained.byComponent)} />
          <Spans explained={explained} />
        </div>
        <Counts heading="By VEN" rows={countsOf(explained.byVen)} />
      </div>
      {loads.length > 0 && (
        <Card heading="What each kind of load does" flush aside="one load of each component">
          <Steps loads={loads} />
        </Card>
      )}
    </>
  );
}

function Whom({ explained }: { explained: EventExplanationView }) {
  const out = [
    ...Object.entries(explained.unreachable).map(([why, loads]) => ({ why, loads, tone: 'error' as const })),
    ...Object.entries(explained.out).map(([why, loads]) => ({ why, loads, tone: 'quiet' as const })),
  ].filter(({ loads }) => loads > 0);
  const parts = [
    { key: 'in', words: 'take part', tone: 'ok' as const, value: explained.takingPart },
    ...out.map(({ why, loads, tone }) => ({ key: why, words: why, tone, value: loads })),
  ].filter(({ value }) => value > 0);
  return (
    <Card heading="Whom it means" aside={`${counted(explained.meant, 'load')} meant`}>
      <div class="stack">
        <p class="share">
          <strong>{count(explained.takingPart)}</strong> loads take part
        </p>
        <StackedBar parts={parts} total={explained.meant} label="Loads meant" />
        {out.length > 0 && (
          <ul class="key">
            {out.map(({ why, loads, tone }) => (
              <li key={why}>
                <i class={`fill-${tone}`} aria-hidden="true" />
                {count(loads)} not: <Name>{why}</Name>
              </li>
            ))}
          </ul>
        )}
        <ul class="bullets">
          {[...explained.selection, ...explained.decided].map((words) => (
            <li key={words}>
              <Name>{words}</Name>
            </li>
          ))}
        </ul>
        {explained.unmatched.length + explained.unknownTypes.length > 0 && (
          <p class="problem warning">
            {explained.unmatched.map(({ label, value }) => (
              <span key={`${label} ${value}`}>
                The fleet has nothing of this name: <Name>{`${label} ${value}`}</Name>
              </span>
            ))}
            {explained.unknownTypes.length > 0 && (
              <span>
                Types that are not known: <Name>{explained.unknownTypes.join(', ')}</Name>
              </span>
            )}
          </p>
        )}
      </div>
    </Card>
  );
}

const mostRows = 8;

function Counts({ heading, rows }: { heading: string; rows: readonly ExplainedCounts[] }) {
  const [isAll, setAll] = useState(false);
  if (rows.length === 0) return null;
  return (
    <Card heading={heading} flush aside={rows.length > mostRows && counted(rows.length, 'row')}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="number">
              Loads
            </th>
            <th scope="col" class="number">
              Take part
            </th>
            <th scope="col" class="number">
              Do not
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, isAll ? undefined : mostRows).map(({ name, loads, takingPart, out }) => (
            <tr key={name}>
              <th scope="row">
                <Name>{name}</Name>
              </th>
              <td class="number">{count(loads)}</td>
              <td class="number">{count(takingPart)}</td>
              <td class="number">{count(out)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > mostRows && (
        <div class="more">
          <button type="button" class="button" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? 'Show fewer' : `Show all ${count(rows.length)}`}
          </button>
        </div>
      )}
    </Card>
  );
}

function Spans({ explained: { spans, hasMoreSpans } }: { explained: EventExplanationView }) {
  if (spans.length === 0) return null;
  return (
    <Card heading="What it asks when" flush>
      <Scroll>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">From, until</th>
              <th scope="col">Asks</th>
            </tr>
          </thead>
          <tbody>
            {spans.map((span) => (
              <tr key={`${span.from} ${span.type} ${span.interval}`}>
                <td class="when">
                  <Time at={span.from} />
                  <br />
                  {span.until === null ? <span class="quiet">no end</span> : <Time at={span.until} />}
                </td>
                <td>
                  <Name>{valuesWords(span)}</Name>
                  <span class="quiet"> interval {span.interval}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {hasMoreSpans && <p class="note">There are more, which are not told.</p>}
    </Card>
  );
}

function Steps({ loads }: { loads: readonly ExplainedLoad[] }) {
  return (
    <Scroll>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Load</th>
            <th scope="col">From</th>
            <th scope="col">Does</th>
          </tr>
        </thead>
        {loads.map((load) => (
          <tbody key={load.loadId}>
            {load.steps.map((step, index) => (
              <tr key={`${step.from} ${index}`} class={index > 0 ? 'follows' : ''}>
                {index === 0 && (
                  <th scope="rowgroup" rowSpan={load.steps.length}>
                    <Name>{load.component}</Name>
                    <div class="quiet">
                      e.g.{' '}
                      <a href={hrefOf('loads', { id: load.loadId })}>
                        <Name>{load.loadId}</Name>
                      </a>{' '}
                      of <Name>{load.venName}</Name>
                    </div>
                    {load.unreachable !== null && (
                      <div class="tone-error">
                        <Name>{load.unreachable}</Name>
                      </div>
                    )}
                  </th>
                )}
                <td class="when">
                  <Time at={step.from} />
                </td>
                <td>
                  {step.out === null ? (
                    <Setpoints instruction={step.instruction} />
                  ) : (
                    <span class="quiet">
                      takes no part: <Name>{step.out}</Name>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Scroll>
  );
}
