import type { LoadDetailsView } from '../../../server/schemas/loads.ts';
import { Card } from '../../parts/card.tsx';
import { Fact, Facts, Name } from '../../parts/text.tsx';
import { hrefOf } from '../../route.ts';

/** Who a load is: in the fleet, and on the VTN. */
export function Identity({ load }: { load: LoadDetailsView }) {
  const kind = [load.siteType, load.siteSubType].filter((one) => one !== null).join(', ');
  return (
    <Card heading="Identity">
      <Facts>
        <Fact term="Load">{load.loadId}</Fact>
        <Fact term="Resource">
          <Name>{load.externalResourceId}</Name>
        </Fact>
        <Fact term="Component">
          <Name>{load.componentName}</Name> (<Name>{load.component}</Name>)
        </Fact>
        <Fact term="VEN">
          {load.ven === null ? (
            <span class="quiet">none</span>
          ) : (
            <a href={hrefOf('loads', { query: { ven: load.ven } })}>
              <Name>{load.ven}</Name>
            </a>
          )}
        </Fact>
        <Fact term="Site">
          <Name>{load.siteName}</Name>
          {kind && <span class="quiet"> {kind}</span>}
        </Fact>
        {load.address !== null && (
          <Fact term="Address">
            <Name>{load.address}</Name>
          </Fact>
        )}
        {load.latitude !== null && load.longitude !== null && (
          <Fact term="Place">
            {load.latitude.toFixed(4)}° N, {load.longitude.toFixed(4)}° E
          </Fact>
        )}
        <Fact term="Meter point">
          <Name>{load.meterPointId}</Name>
        </Fact>
        <Fact term="Meter">
          <Name>{load.meterId}</Name>
        </Fact>
        {Object.entries(load.capacities).map(([name, value]) => (
          <Fact key={name} term={capacityWords(name)}>
            {value.toLocaleString('en')} {name.includes('energy') || name.endsWith('kwh') ? 'kWh' : 'kW'}
          </Fact>
        ))}
      </Facts>
    </Card>
  );
}

/** `max_power_kw` as `Max power`. */
function capacityWords(name: string): string {
  const words = name.replace(/_(kwh?)$/i, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the VTN is told of a load, and under which ids it has it. */
export function Sent({ load }: { load: LoadDetailsView }) {
  return (
    <Card heading="On the VTN">
      <div class="stack">
        <Facts>
          <Fact term="Resource">
            {load.vtnResourceId === null ? (
              <span class="quiet">none yet</span>
            ) : (
              <code>{load.vtnResourceId}</code>
            )}
          </Fact>
          <Fact term="VEN">
            {load.vtnVenId === null ? <span class="quiet">none yet</span> : <code>{load.vtnVenId}</code>}
          </Fact>
        </Facts>
        {load.sent === null ? (
          <p class="problem warning">
            What the VTN would be told of it cannot be said: its data lack something.
          </p>
        ) : (
          <details>
            <summary>What the VTN is told (JSON)</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reached by keyboard. */}
            <pre class="json" tabIndex={0}>
              {JSON.stringify(load.sent, null, 2)}
            </pre>
          </details>
        )}
      </div>
    </Card>
  );
}
