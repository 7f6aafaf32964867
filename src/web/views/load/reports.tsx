import type { LoadDetailsView } from '../../../server/schemas/loads.ts';
import { counted } from '../../format.ts';
import { Card } from '../../parts/card.tsx';
import { Ago, Fact, Facts, Name, Time } from '../../parts/text.tsx';

/** How far a load's meter data were reported. */
export function LoadReports({ reports }: { reports: LoadDetailsView['reports'] }) {
  return (
    <Card heading="Reports">
      {reports.length === 0 && <p class="quiet">Nothing of its meter data was reported yet.</p>}
      <div class="stack">
        {reports.map(({ kind, points, from, until, failure }) => (
          <div key={kind} class="stack">
            <Facts>
              <Fact term="Kind">{kind}</Fact>
              <Fact term="Reported">{counted(points, 'reading')}</Fact>
              {from !== null && (
                <Fact term="From, until">
                  <Time at={from} /> – <Time at={until} />
                </Fact>
              )}
            </Facts>
            {failure && (
              <p class="problem">
                <span>
                  <Name>{failure.reason}</Name>
                  {failure.status !== null && ` (HTTP ${failure.status})`}, <Ago at={failure.at} />
                </span>
              </p>
            )}
          </div>
        ))}
      </div>
    </Card>
  );
}
