import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { power } from '../format.ts';

export interface PowerPlotProps {
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  /** W; null: a gap. */
  readonly watts: readonly (number | null)[];
  /** The power that a load was told to take at most, W. */
  readonly limits: readonly (number | null)[];
  /** Until when readings were reported, milliseconds since 1970; null: none were. */
  readonly reportedUntil: number | null;
  /** What it shows, in words. */
  readonly label: string;
}

const height = 280;

/** Power over time, in the viewer's time zone; dragging zooms, a double click shows all again. */
export function PowerPlot(props: PowerPlotProps) {
  const { times, watts, limits, reportedUntil, label } = props;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let plot = draw(element, props);
    const again = () => {
      plot.destroy();
      plot = draw(element, props);
    };
    const sizes = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    sizes.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', again);
    addEventListener('venfleet-theme', again);
    return () => {
      sizes.disconnect();
      dark.removeEventListener('change', again);
      removeEventListener('venfleet-theme', again);
      plot.destroy();
    };
  }, [times, watts, limits, reportedUntil]);
  return <div class="plot" ref={place} role="img" aria-label={label} />;
}

function draw(element: HTMLElement, { times, watts, limits, reportedUntil }: PowerPlotProps): uPlot {
  const colour = (name: string) => resolved(element, name);
  const axis = {
    stroke: colour('--ink-3'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const options: uPlot.Options = {
    width: element.clientWidth,
    height,
    cursor: { y: false },
    legend: { show: true },
    scales: { y: { range: (_, least, most) => [Math.min(0, least), Math.max(1, most * 1.08)] } },
    axes: [
      { ...axis, values: (_, splits, __, ___, step) => splits.map((at) => tickText(at * 1_000, step)) },
      { ...axis, size: 64, values: (_, splits) => splits.map((value) => power(value)) },
    ],
    series: [
      { label: 'Local time', value: '{DD} {MMM} {HH}:{mm}' },
      {
        label: 'Power',
        stroke: colour('--info-fill'),
        fill: colour('--wait-soft'),
        width: 1.5,
        points: { show: false },
        value: (_, value) => power(value),
      },
      {
        label: 'Told to take at most',
        stroke: colour('--error-fill'),
        width: 2,
        points: { show: false },
        value: (_, value) => power(value),
      },
    ],
    hooks: { drawClear: [(plot) => shade(plot, reportedUntil, colour('--ok-soft'))] },
  };
  const data = [times.map((at) => at / 1_000), [...watts], [...limits]] as uPlot.AlignedData;
  return new uPlot(options, data, element);
}

const dayS = 86_400;

/** The hour, and the day where one begins. */
function tickText(at: number, stepS: number): string {
  const time = new Date(at);
  const isDay = stepS >= dayS || (time.getHours() === 0 && time.getMinutes() === 0);
  return time.toLocaleString(
    'en-GB',
    isDay ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' },
  );
}

/** What was reported has a ground of its own. */
function shade(plot: uPlot, reportedUntil: number | null, colour: string): void {
  if (reportedUntil === null) return;
  const { left, top, width, height: high } = plot.bbox;
  const end = Math.min(left + width, plot.valToPos(reportedUntil / 1_000, 'x', true));
  if (end <= left) return;
  plot.ctx.save();
  plot.ctx.fillStyle = colour;
  plot.ctx.fillRect(left, top, end - left, high);
  plot.ctx.restore();
}

/** A colour of the theme as a canvas can have it. */
function resolved(element: HTMLElement, name: string): string {
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = '';
  return color;
}
