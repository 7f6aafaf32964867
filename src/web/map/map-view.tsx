import { useMemo, useState } from 'preact/hooks';
import type { VenPlaces } from '../../server/schemas/vens.ts';
import { useAnswer } from '../api.ts';
import { counted } from '../format.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Loading, ProblemNote } from '../parts/notes.tsx';
import type { ViewProps } from '../views/view-props.ts';
import { MapChart } from './map-chart.tsx';
import { type PlacedVen, placedVens } from './placed-vens.ts';
import { VenList } from './ven-list.tsx';

/** Where the VENs are, how large, and how far their loads are registered. */
export function MapView({ live: { overview } }: ViewProps) {
  const loads = overview?.loads;
  // Asked again when registering has made a difference, not with each load.
  const reason =
    loads && `${Math.floor(loads.registered / 2_000)} ${loads.failed > 0} ${overview.run === null}`;
  const { answer, problem, again } = useAnswer<VenPlaces>('vens', reason);
  return (
    <div class="view">
      <header>
        <h1>Map</h1>
        <span class="quiet">
          each dot a VEN, at the middle of its sites; its size says how many loads it has
        </span>
      </header>
      {answer ? (
        <Places places={answer} />
      ) : problem ? (
        <ProblemNote problem={problem} again={again} />
      ) : (
        <Loading what="the VENs" />
      )}
    </div>
  );
}

function Places({ places }: { places: VenPlaces }) {
  const [chosen, choose] = useState<string>();
  const vens = useMemo(() => placedVens(places), [places]);
  if (vens.length === 0)
    return (
      <Empty title="No VEN has a place.">
        Sites with latitude and longitude in the fleet's database show here.
      </Empty>
    );
  return (
    <div class="map-columns">
      <Card heading={counted(vens.length, 'VEN')} aside={<Key vens={vens} />}>
        <MapChart vens={vens} chosen={chosen} onChoose={choose} />
      </Card>
      <VenList vens={vens} withoutPlace={places.withoutPlace} chosen={chosen} onChoose={choose} />
    </div>
  );
}

const tones = [
  ['ok', 'complete'],
  ['wait', 'waiting'],
  ['warn', 'some failed'],
  ['error', 'over 10 % failed'],
] as const;

function Key({ vens }: { vens: readonly PlacedVen[] }) {
  return (
    <ul class="key">
      {tones
        .map(([tone, words]) => ({ tone, words, there: vens.filter((ven) => ven.tone === tone).length }))
        .filter(({ there }) => there > 0)
        .map(({ tone, words, there }) => (
          <li key={tone}>
            <i class={`fill-${tone}`} aria-hidden="true" />
            {there} {words}
          </li>
        ))}
    </ul>
  );
}
