import { useState } from 'preact/hooks';
import { counted } from '../format.ts';
import { Card } from '../parts/card.tsx';
import { Name } from '../parts/text.tsx';
import { hrefOf } from '../route.ts';
import type { PlacedVen } from './placed-vens.ts';

interface VenListProps {
  readonly vens: readonly PlacedVen[];
  readonly withoutPlace: readonly string[];
  readonly chosen: string | undefined;
  readonly onChoose: (ven: string | undefined) => void;
}

const names = new Intl.Collator('da', { numeric: true });

/** The VENs of the map as a list, those with the most failures first; its entries point at their dots. */
export function VenList({ vens, withoutPlace, chosen, onChoose }: VenListProps) {
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = vens
    .filter(({ ven }) => ven.toLocaleLowerCase().includes(wanted))
    .sort((one, other) => other.failed - one.failed || names.compare(one.ven, other.ven));
  return (
    <Card heading="List" flush class="ven-list">
      <div class="list-filter">
        <input
          type="search"
          class="field"
          aria-label="Part of a VEN's name"
          placeholder="Part of a name"
          value={filter}
          onInput={({ currentTarget }) => setFilter(currentTarget.value)}
        />
      </div>
      <ul>
        {shown.map(({ ven, tone, words }) => (
          <li key={ven} class={ven === chosen ? 'chosen' : ''}>
            <a
              href={hrefOf('loads', { query: { ven } })}
              onFocus={() => onChoose(ven)}
              onBlur={() => onChoose(undefined)}
              onPointerEnter={() => onChoose(ven)}
              onPointerLeave={() => onChoose(undefined)}
            >
              <span class={`dot ${tone}`} aria-hidden="true" />
              <span>
                <Name clip>{ven}</Name>
                <span class="quiet">{words}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {withoutPlace.length > 0 && (
        <details class="without">
          <summary>{counted(withoutPlace.length, 'VEN')} without a place</summary>
          <ul>
            {withoutPlace.map((ven) => (
              <li key={ven}>
                <a href={hrefOf('loads', { query: { ven } })}>
                  <Name clip>{ven}</Name>
                </a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}
