import type { Overview } from '../../../server/schemas/overview.ts';
import { count, counted, percent } from '../../format.ts';
import { Card } from '../../parts/card.tsx';
import { StackedBar } from '../../parts/stacked-bar.tsx';
import { hrefOf } from '../../route.ts';
import type { CountPart, Tone } from '../../run-progress.ts';

const kinds: readonly (readonly ['registered' | 'failed' | 'waiting' | 'skipped', Tone, string])[] = [
  ['registered', 'ok', 'on the VTN'],
  ['failed', 'error', 'the last try failed'],
  ['waiting', 'wait', 'not tried yet'],
  ['skipped', 'quiet', 'suspended or disabled'],
];

/** How many loads there are, and how far each is; the numbers lead to their loads. */
export function LoadNumbers({ overview: { loads, vens, sites } }: { overview: Overview }) {
  const parts: CountPart[] = kinds.map(([key, tone]) => ({ key, words: key, tone, value: loads[key] }));
  return (
    <Card
      heading="Loads"
      class="load-numbers"
      aside={`${counted(loads.total, 'load')} · ${counted(sites, 'site')} · ${counted(vens.total, 'VEN')}`}
    >
      <p class="share">
        <strong>{percent(loads.successRate)}</strong> registered
        <span class="quiet">
          {' '}
          {count(vens.complete)} of {counted(vens.total, 'VEN')} complete
        </span>
      </p>
      <StackedBar parts={parts.filter(({ value }) => value > 0)} total={loads.total} label="Loads" />
      <ul class="numbers">
        {kinds.map(([key, tone, words]) => (
          <li key={key} class={loads[key] === 0 ? 'zero' : ''}>
            <a href={hrefOf('loads', { query: { state: key } })}>
              <span class="label">
                <span class={`dot ${tone}`} aria-hidden="true" />
                {key}
              </span>
              <strong>{count(loads[key])}</strong>
              <span class="quiet">{words}</span>
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}
