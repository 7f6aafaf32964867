import type { VtnView } from '../../../server/schemas/overview.ts';
import { count, duration, rate } from '../../format.ts';
import type { Sample } from '../../live/merge.ts';
import { Badge, vtnLooks } from '../../parts/badge.tsx';
import { Card } from '../../parts/card.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import { Ago, Fact, Facts } from '../../parts/text.tsx';

/** How the VTN is, and how hard it is asked. */
export function VtnCard({ vtn, course }: { vtn: VtnView; course: readonly Sample[] }) {
  const { requests, waits } = vtn;
  return (
    <Card heading="VTN" aside={<Badge look={vtnLooks[vtn.state]} />}>
      <div class="stack">
        <p class="quiet">
          <bdi class="clipped" title={vtn.url}>
            {vtn.url}
          </bdi>
          {vtn.profile}
        </p>
        {vtn.problem && (
          <p class={`problem ${vtn.state === 'busy' ? 'warning' : ''}`}>
            <bdi>{vtn.problem}</bdi>
            {vtn.since && (
              <span>
                Since <Ago at={vtn.since} />.
              </span>
            )}
          </p>
        )}
        <Facts>
          <Fact term="Requests">{rate(requests.perSecond)} per second</Fact>
          <Fact term="Median answer">
            {requests.medianMs === null ? '–' : `${rate(requests.medianMs)} ms`}
          </Fact>
          <Fact term="In flight">
            {count(requests.inFlight)}
            {requests.window !== null && ` of at most ${count(requests.window)}`}
          </Fact>
          {requests.learnedPerSecond !== null && (
            <Fact term="It takes">at most {rate(requests.learnedPerSecond)} per second</Fact>
          )}
          <Fact term="Asked to wait">
            {waits.times === 0
              ? 'never'
              : `${count(waits.times)} ${waits.times === 1 ? 'time' : 'times'}, ${duration(waits.seconds * 1_000)} in all`}
          </Fact>
        </Facts>
        <Sparkline course={course} label="Requests per second:" height={32} />
      </div>
    </Card>
  );
}
