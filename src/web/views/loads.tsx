import { useEffect, useState } from 'preact/hooks';
import type { LoadLine, LoadsAnswer } from '../../server/schemas/loads.ts';
import { SuspendButtons } from '../actions/suspend-buttons.tsx';
import { ask, Problem, useAnswer } from '../api.ts';
import { count } from '../format.ts';
import { Badge, loadLooks } from '../parts/badge.tsx';
import { Empty, Loading, ProblemNote } from '../parts/notes.tsx';
import { Name } from '../parts/text.tsx';
import { hrefOf, searchOf } from '../route.ts';
import { replaceHref } from '../use-route.ts';
import type { ViewProps } from './view-props.ts';

/** Loads by what they are called, where they are, and how they are. */
export function LoadsView({ route: { query }, live: { matrix, overview } }: ViewProps) {
  const [round, setRound] = useState(0);
  const change = (part: Record<string, string>) =>
    replaceHref(hrefOf('loads', { query: { ...query, ...part } }));
  return (
    <div class="view">
      <header>
        <h1>Loads</h1>
        {query.ven !== undefined && overview && (
          <SuspendButtons
            scope={{ vens: [query.ven] }}
            what={`all loads of VEN ${query.ven}`}
            allowed={overview.actions}
            onDone={() => setRound(round + 1)}
          />
        )}
      </header>
      {/* biome-ignore lint/a11y/useSemanticElements: `search` is younger than some browsers of those who look. */}
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <SearchField value={query.q ?? ''} onChange={(q) => change({ q })} />
        <Choice
          label="VEN"
          value={query.noVen === undefined ? query.ven : noVen}
          onChange={(ven) => change(ven === noVen ? { ven: '', noVen: 'true' } : { ven, noVen: '' })}
        >
          {[
            [noVen, 'no VEN'] as const,
            ...(matrix?.vens ?? []).flatMap(({ ven }) => (ven === null ? [] : [[ven, ven] as const])),
          ]}
        </Choice>
        <Choice label="Component" value={query.component} onChange={(component) => change({ component })}>
          {(matrix?.components ?? []).map(({ component, name }) => [component, name] as const)}
        </Choice>
        <Choice label="State" value={query.state} onChange={(state) => change({ state })}>
          {[
            ...Object.entries(loadLooks).map(([state, [words]]) => [state, words] as const),
            ['skipped', 'suspended or disabled'],
          ]}
        </Choice>
        {Object.keys(query).length > 0 && (
          <a class="button plain" href="#/loads">
            Clear
          </a>
        )}
      </form>
      <section class="card flush" aria-label="Loads">
        <Found key={round} query={query} />
      </section>
    </div>
  );
}

/** Chosen for loads of no VEN: no VEN has such a name. */
const noVen = '\0';

const typingMs = 200;

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), typingMs);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <label class="wide">
      Name, id or meter point
      <input
        type="search"
        class="field"
        maxLength={300}
        placeholder="Press / to search"
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
  readonly children: readonly (readonly [value: string, words: string])[];
}

function Choice({ label, value = '', onChange, children }: ChoiceProps) {
  const isKnown = value === '' || children.some(([one]) => one === value);
  return (
    <label>
      {label}
      <select class="field" value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">all</option>
        {!isKnown && <option value={value}>{value.slice(0, 60)}</option>}
        {children.map(([one, words]) => (
          <option key={one} value={one}>
            {words.length > 60 ? `${words.slice(0, 59)}…` : words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Found({ query }: { query: Readonly<Record<string, string>> }) {
  const { q, ven, noVen, component, state } = query;
  const path = `loads${searchOf({ q, ven, noVen, component, state })}`;
  const { answer, problem, again } = useAnswer<LoadsAnswer>(path);
  if (problem && !answer) return <ProblemNote problem={problem} again={again} />;
  if (!answer) return <Loading what="loads" />;
  if (answer.loads.length === 0)
    return path === 'loads' ? (
      <Empty title="There are no loads yet.">Generate or import a fleet, and its loads show here.</Empty>
    ) : (
      <Empty title="No load is like this.">
        <a href="#/loads">Show all loads</a>
      </Empty>
    );
  return <Pages key={path} path={path} first={answer} />;
}

function Pages({ path, first }: { path: string; first: LoadsAnswer }) {
  const [later, setLater] = useState<LoadLine[]>([]);
  const [next, setNext] = useState(first.next);
  const [problem, setProblem] = useState<Problem>();
  const [isAsking, setAsking] = useState(false);
  const more = async () => {
    setAsking(true);
    try {
      const joint = path.includes('?') ? '&' : '?';
      const page = await ask<LoadsAnswer>(`${path}${joint}after=${encodeURIComponent(next ?? '')}`);
      setLater([...later, ...page.loads]);
      setNext(page.next);
      setProblem(undefined);
    } catch (error) {
      if (error instanceof Problem) setProblem(error);
    }
    setAsking(false);
  };
  const loads = [...first.loads, ...later];
  return (
    <>
      <LoadTable loads={loads} />
      {problem && <ProblemNote problem={problem} />}
      <div class="more quiet">
        {next === null ? (
          `${count(loads.length)} shown, there are no more.`
        ) : (
          <button type="button" class="button" disabled={isAsking} onClick={more}>
            {isAsking ? 'Loading…' : 'More'}
          </button>
        )}
      </div>
    </>
  );
}

function LoadTable({ loads }: { loads: readonly LoadLine[] }) {
  return (
    <div class="scroll">
      <table class="table loads">
        <thead>
          <tr>
            <th scope="col">Load</th>
            <th scope="col">State</th>
            <th scope="col">VEN</th>
            <th scope="col" class="wide-only">
              Site
            </th>
            <th scope="col" class="wide-only">
              Meter point
            </th>
          </tr>
        </thead>
        <tbody>
          {loads.map((load) => (
            <tr key={load.loadId}>
              <th scope="row">
                <a href={hrefOf('loads', { id: load.loadId })}>
                  <Name clip>{load.name}</Name>
                </a>
                <span class="quiet">
                  <Name clip>{load.externalResourceId}</Name>
                </span>
              </th>
              <td>
                <Badge look={loadLooks[load.state]} />
              </td>
              <td>{load.ven === null ? <span class="quiet">none</span> : <Name clip>{load.ven}</Name>}</td>
              <td class="wide-only">
                <Name clip>{load.siteName}</Name>
              </td>
              <td class="wide-only">
                <Name clip>{load.meterPointId}</Name>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
