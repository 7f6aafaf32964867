import { useMemo, useState } from 'preact/hooks';
import type { Matrix } from '../../server/schemas/vens.ts';
import { counted } from '../format.ts';
import { Waiting } from '../live/waiting.tsx';
import { Empty } from '../parts/notes.tsx';
import { arrangedRows, type MatrixOrder } from '../success.ts';
import { moveInCells } from './matrix/cell-keys.ts';
import { MatrixRow } from './matrix/matrix-row.tsx';
import type { ViewProps } from './view-props.ts';

const pageRows = 500;

/** How far the registration is, by VEN and load component. */
export function MatrixView({ live }: ViewProps) {
  const { matrix } = live;
  return (
    <div class="view">
      <header>
        <h1>Matrix</h1>
        <span class="quiet">share of the loads that are registered, by VEN and load component</span>
      </header>
      {!matrix ? (
        <Waiting live={live} what="the matrix" />
      ) : matrix.vens.length === 0 ? (
        <Empty title="There are no VENs yet.">Each VEN of the fleet has a row here.</Empty>
      ) : (
        <Sorted matrix={matrix} />
      )}
    </div>
  );
}

function Sorted({ matrix }: { matrix: Matrix }) {
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<MatrixOrder>({ by: 'failed', down: true });
  const [most, setMost] = useState(pageRows);
  const rows = useMemo(() => arrangedRows(matrix, filter, order), [matrix, filter, order]);
  return (
    <>
      <div class="filters">
        <label class="wide">
          VEN
          <input
            type="search"
            class="field"
            placeholder="Part of a name"
            value={filter}
            onInput={({ currentTarget }) => setFilter(currentTarget.value)}
          />
        </label>
        <Scale />
      </div>
      <section class="card flush" aria-label="Success rates by VEN and load component">
        <div class="matrix-scroll">
          <table
            class="matrix"
            style={{ minWidth: `${300 + 80 * (matrix.components.length + 1)}px` }}
            onKeyDown={moveInCells}
          >
            <caption class="hidden">
              Percent of the loads that are registered. Arrow keys move between cells; each leads to its
              loads.
            </caption>
            <Head matrix={matrix} order={order} onOrder={setOrder} />
            <tbody>
              {rows.slice(0, most).map((row, index) => (
                <MatrixRow
                  key={row.ven ?? ''}
                  row={row}
                  components={matrix.components}
                  isFirst={index === 0}
                />
              ))}
            </tbody>
          </table>
          {rows.length === 0 && <Empty title="No VEN has this in its name." />}
        </div>
        {rows.length > most && (
          <div class="more">
            <button type="button" class="button" onClick={() => setMost(most + pageRows)}>
              Show more of {counted(rows.length, 'VEN')}
            </button>
          </div>
        )}
      </section>
    </>
  );
}

const steps = [
  ['all', '100 %'],
  ['good', '≥ 99'],
  ['fair', '≥ 90'],
  ['poor', '≥ 50'],
  ['bad', '< 50'],
  ['waiting', 'not tried yet'],
] as const;

function Scale() {
  return (
    <ul class="scale" aria-label="Colours">
      {steps.map(([step, words]) => (
        <li key={step} class={`cell-${step}`}>
          {words}
        </li>
      ))}
    </ul>
  );
}

interface HeadProps {
  readonly matrix: Matrix;
  readonly order: MatrixOrder;
  readonly onOrder: (order: MatrixOrder) => void;
}

function Head({ matrix, order, onOrder }: HeadProps) {
  const columns = [
    { by: 'name', words: 'VEN', startsDown: false },
    { by: 'loads', words: 'Loads', startsDown: true },
    { by: 'failed', words: 'Failed', startsDown: true },
    { by: 'all', words: 'All', startsDown: false },
    ...matrix.components.map(({ component, name }) => ({
      by: `component:${component}`,
      words: name,
      startsDown: false,
    })),
  ];
  return (
    <thead>
      <tr>
        {columns.map(({ by, words, startsDown }) => {
          const isIt = order.by === by;
          const sorted = order.down ? 'descending' : 'ascending';
          return (
            <th key={by} scope="col" aria-sort={isIt ? sorted : undefined}>
              <button
                type="button"
                title={`Sort by ${words}`}
                onClick={() => onOrder({ by, down: isIt ? !order.down : startsDown })}
              >
                <bdi>{words}</bdi>
                <span class="arrow" aria-hidden="true">
                  {isIt ? (order.down ? '↓' : '↑') : ''}
                </span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
