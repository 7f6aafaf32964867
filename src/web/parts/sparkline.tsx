import { rate } from '../format.ts';
import type { Sample } from '../live/merge.ts';

interface SparklineProps {
  readonly course: readonly Sample[];
  /** What it shows, with its unit: `requests per second`. */
  readonly label: string;
  readonly height?: number;
}

const width = 300;

/** How a value went lately, from 0 up; its label says the last, least and most of it. */
export function Sparkline({ course, label, height = 44 }: SparklineProps) {
  const first = course[0];
  const last = course.at(-1);
  if (!first || !last || course.length < 2)
    return <p class="quiet spark-wait">A course of it shows in a moment.</p>;
  const values = course.map(([, value]) => value);
  const most = Math.max(...values, 1e-9);
  const span = Math.max(1, last[0] - first[0]);
  const points = course
    .map(([at, value]) => `${((at - first[0]) / span) * width},${height - 2 - (value / most) * (height - 4)}`)
    .join(' ');
  const text = `${label} now ${rate(last[1])}, between ${rate(Math.min(...values))} and ${rate(most)}`;
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${width} ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={text}
    >
      <polygon class="area" points={`0,${height} ${points} ${width},${height}`} />
      <polyline class="line" points={points} />
    </svg>
  );
}
