import { useMemo, useState } from 'preact/hooks';
import type { InstructionView } from '../../../server/schemas/events.ts';
import type { Readings } from '../../../server/schemas/loads.ts';
import { useAnswer } from '../../api.ts';
import { Card } from '../../parts/card.tsx';
import { lazy } from '../../parts/lazy.tsx';
import { Empty, Loading, ProblemNote } from '../../parts/notes.tsx';
import { Time } from '../../parts/text.tsx';
import { beginOf, limitsAt, type Range, ranges, readingsWords } from '../../plots/course.ts';
import type { PowerPlotProps } from '../../plots/power-plot.tsx';
import { searchOf } from '../../route.ts';

const PowerPlot = lazy<PowerPlotProps>(
  'the plot',
  async () => (await import('../../plots/power-plot.tsx')).PowerPlot,
);

interface MeterDataProps {
  /** The load's path in the API. */
  readonly path: string;
  readonly instructions: readonly InstructionView[];
}

/** A load's meter data as a plot, and as a sentence. */
export function MeterData({ path, instructions }: MeterDataProps) {
  const [range, setRange] = useState<Range>('week');
  // How far the data go, before a part of them is asked for.
  const extent = useAnswer<Readings>(`${path}/readings?points=2`);
  const until = extent.answer?.until ?? undefined;
  const from = until === undefined ? undefined : beginOf(range, until);
  const asked = useAnswer<Readings>(
    until === undefined ? undefined : `${path}/readings${searchOf({ from, points: 1_500 })}`,
  );
  const problem = extent.problem ?? asked.problem;
  const none = extent.answer?.problem;
  return (
    <Card heading="Meter data" aside={until !== undefined && <Ranges range={range} onRange={setRange} />}>
      {none ? (
        <Empty title="There is no meter data to show.">{none}</Empty>
      ) : asked.answer ? (
        <Plot readings={asked.answer} instructions={instructions} />
      ) : problem ? (
        <ProblemNote problem={problem} again={extent.problem ? extent.again : asked.again} />
      ) : extent.answer && until === undefined ? (
        <Empty title="The meter file has no readings of it yet." />
      ) : (
        <Loading what="meter data" />
      )}
    </Card>
  );
}

const rangeWords: Readonly<Record<Range, string>> = { day: 'Day', week: 'Week', month: 'Month', all: 'All' };

function Ranges({ range, onRange }: { range: Range; onRange: (range: Range) => void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form.
    <div class="segments" role="group" aria-label="How much is shown">
      {ranges.map((one) => (
        <button key={one} type="button" aria-pressed={one === range} onClick={() => onRange(one)}>
          {rangeWords[one]}
        </button>
      ))}
    </div>
  );
}

function Plot({ readings, instructions }: { readings: Readings; instructions: readonly InstructionView[] }) {
  const words = readingsWords(readings);
  const { times, watts, limits } = useMemo(() => {
    const times = readings.points.map(([at]) => at);
    return { times, watts: readings.points.map(([, value]) => value), limits: limitsAt(times, instructions) };
  }, [readings, instructions]);
  const reportedUntil = readings.reportedUntil === null ? null : Date.parse(readings.reportedUntil);
  return (
    <figure class="stack">
      <PowerPlot times={times} watts={watts} limits={limits} reportedUntil={reportedUntil} label={words} />
      <figcaption class="quiet">
        {words} Times are local ({zoneWords()}).{' '}
        {readings.reportedUntil === null ? (
          'Nothing was reported yet.'
        ) : (
          <>
            On the green ground: reported, until <Time at={readings.reportedUntil} />.
          </>
        )}
      </figcaption>
    </figure>
  );
}

/** `UTC+1`, as of now. */
function zoneWords(): string {
  const minutes = -new Date().getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const hours = minutes / 60;
  return `UTC${hours > 0 ? '+' : '−'}${Math.abs(hours)}`;
}
