import type { Failures } from '../../server/schemas/vens.ts';
import { useAnswer } from '../api.ts';
import { count, counted } from '../format.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Loading, ProblemNote } from '../parts/notes.tsx';
import { Ago, Name } from '../parts/text.tsx';
import { hrefOf, searchOf } from '../route.ts';
import type { ViewProps } from './view-props.ts';

/** Why loads are not registered, the most frequent reason first. */
export function FailuresView({ route: { query }, live }: ViewProps) {
  const of = [query.ven, query.component].filter((one) => one !== undefined);
  return (
    <div class="view">
      <header>
        <h1>Failures</h1>
        {of.length > 0 && (
          <span>
            of <Name>{of.join(', ')}</Name> · <a href="#/failures">of the whole fleet</a>
          </span>
        )}
      </header>
      <Card
        heading="By reason"
        flush
        aside={live.overview && `${counted(live.overview.loads.failed, 'load')} failed in all`}
      >
        <FailureReasons ven={query.ven} component={query.component} reason={live.overview?.loads.failed} />
      </Card>
    </div>
  );
}

interface FailureReasonsProps {
  readonly ven?: string | undefined;
  readonly component?: string | undefined;
  readonly most?: number;
  /** When it changes they are asked for again. */
  readonly reason?: unknown;
}

export function FailureReasons({ ven, component, most, reason }: FailureReasonsProps) {
  const { answer, problem, isAsking, again } = useAnswer<Failures>(
    `failures${searchOf({ ven, component })}`,
    reason,
  );
  if (problem && !answer) return <ProblemNote problem={problem} again={again} />;
  if (!answer) return isAsking ? <Loading what="the reasons" /> : null;
  if (answer.reasons.length === 0)
    return <Empty title="No load has failed.">What the VTN refuses is listed here, by its reason.</Empty>;
  return (
    <div class="scroll">
      <table class="table reasons">
        <thead>
          <tr>
            <th scope="col">Reason</th>
            <th scope="col" class="number">
              Loads
            </th>
            <th scope="col" class="number wide-only">
              VENs
            </th>
            <th scope="col" class="wide-only">
              Latest
            </th>
            <th scope="col" class="wide-only">
              Example
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.reasons.slice(0, most).map((one) => (
            <Reason key={`${one.status} ${one.reason}`} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Reason({ one }: { one: Failures['reasons'][number] }) {
  return (
    <tr>
      <th scope="row">
        <Name>{one.reason}</Name>
        <span class="quiet status">
          {one.status === null ? 'no answer of the VTN' : `HTTP ${one.status}`}
        </span>
        <span class="phone-only">
          <Example one={one} />
        </span>
      </th>
      <td class="number">{count(one.loads)}</td>
      <td class="number wide-only">{count(one.vens)}</td>
      <td class="wide-only">
        <Ago at={one.latest} />
      </td>
      <td class="wide-only">
        <Example one={one} />
      </td>
    </tr>
  );
}

function Example({ one: { example } }: { one: Failures['reasons'][number] }) {
  return (
    <a href={hrefOf('loads', { id: example.loadId })}>
      <Name clip>{example.externalResourceId}</Name>
    </a>
  );
}
