import { outlines } from 'virtual:outlines';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { hrefOf } from '../route.ts';
import { type Box, boxAround, overlaps, pathOf } from './outline.ts';
import type { PlacedVen } from './placed-vens.ts';
import { useViewBox, viewBoxOf } from './use-view-box.ts';

interface MapChartProps {
  readonly vens: readonly PlacedVen[];
  readonly chosen: string | undefined;
  readonly onChoose: (ven: string | undefined) => void;
}

/** VENs as dots over the outlines of the countries around; the list beside it says the same by keyboard and as text. */
export function MapChart({ vens, chosen, onChoose }: MapChartProps) {
  const box = useMemo(() => boxAround(vens) as Box, [vens]);
  const countries = useCountries(box);
  const { shown, zoom, move, reset, isWhole } = useViewBox(viewBoxOf(box));
  const svg = useRef<SVGSVGElement>(null);
  const unit = useUnit(svg, shown);
  const drag = useDrag(svg, move);
  useWheel(svg, zoom);
  const { x, y, width, height } = shown;
  return (
    <div class="map">
      <svg
        ref={svg}
        viewBox={`${x} ${y} ${width} ${height}`}
        role="img"
        aria-label={`Map of ${vens.length} VENs; the list beside it has their numbers`}
        {...drag}
      >
        {countries.map(({ name, path }) => (
          <path key={name} class="country" d={path} />
        ))}
        {vens.map((ven) => (
          <Dot key={ven.ven} ven={ven} unit={unit} isChosen={ven.ven === chosen} onChoose={onChoose} />
        ))}
      </svg>
      <Tip ven={vens.find(({ ven }) => ven === chosen)} shown={shown} />
      <div class="map-buttons">
        <button type="button" class="button" aria-label="Nearer" onClick={() => zoom(0.6)}>
          +
        </button>
        <button
          type="button"
          class="button"
          aria-label="Farther"
          disabled={isWhole}
          onClick={() => zoom(1 / 0.6)}
        >
          −
        </button>
        <button type="button" class="button" disabled={isWhole} onClick={reset}>
          All
        </button>
      </div>
    </div>
  );
}

interface DotProps {
  readonly ven: PlacedVen;
  readonly unit: number;
  readonly isChosen: boolean;
  readonly onChoose: (ven: string | undefined) => void;
}

function Dot({ ven: { ven, x, y, radius, tone }, unit, isChosen, onChoose }: DotProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list beside the map does the same by keyboard.
    <circle
      class={`ven ${tone} ${isChosen ? 'chosen' : ''}`}
      cx={x}
      cy={y}
      r={radius * unit}
      onPointerEnter={() => onChoose(ven)}
      onPointerLeave={() => onChoose(undefined)}
      onClick={() => {
        location.hash = hrefOf('loads', { query: { ven } });
      }}
    />
  );
}

/** What the chosen VEN is, beside its dot. */
function Tip({
  ven,
  shown,
}: {
  ven: PlacedVen | undefined;
  shown: { x: number; y: number; width: number; height: number };
}) {
  if (!ven) return null;
  // One that is out of sight is told of at the edge where it lies.
  const across = Math.max(0, Math.min(1, (ven.x - shown.x) / shown.width));
  const down = Math.max(0, Math.min(1, (ven.y - shown.y) / shown.height));
  return (
    <div
      class={`tip ${across > 0.5 ? 'to-left' : ''} ${down > 0.7 ? 'to-top' : ''}`}
      style={{ left: `${across * 100}%`, top: `${down * 100}%` }}
    >
      <strong>
        <bdi class="clipped">{ven.ven}</bdi>
      </strong>
      {ven.words}
    </div>
  );
}

/** The countries that can be seen, as they come. */
function useCountries(box: Box): readonly { name: string; path: string }[] {
  const [countries, setCountries] = useState<readonly { name: string; path: string }[]>([]);
  useEffect(() => {
    let isOver = false;
    const wide: Box = [box[0] - 3, box[1] - 3, box[2] + 3, box[3] + 3];
    const seen = outlines.filter(({ boxes }) => boxes.some((one: Box) => overlaps(one, wide)));
    // Without an outline the dots are right where they are.
    Promise.allSettled(
      seen.map(async ({ name, load }) => ({ name, path: pathOf((await load()).default, wide) })),
    ).then((came) => {
      if (!isOver) setCountries(came.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    });
    return () => {
      isOver = true;
    };
  }, [box]);
  return countries;
}

/** How many units of the map a pixel is, so that dots keep their size. */
function useUnit(
  svg: { readonly current: SVGSVGElement | null },
  shown: { width: number; height: number },
): number {
  const [size, setSize] = useState({ width: 700, height: 560 });
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    const sizes = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [svg]);
  return Math.max(shown.width / Math.max(1, size.width), shown.height / Math.max(1, size.height));
}

function useDrag(
  svg: { readonly current: SVGSVGElement | null },
  move: (across: number, down: number) => void,
) {
  const last = useRef<{ x: number; y: number } | undefined>(undefined);
  return {
    onPointerDown: ({ clientX, clientY, button }: PointerEvent) => {
      if (button === 0) last.current = { x: clientX, y: clientY };
    },
    onPointerMove: ({ clientX, clientY, buttons }: PointerEvent) => {
      const element = svg.current;
      if (!element || !last.current || (buttons & 1) === 0) return;
      move(
        -(clientX - last.current.x) / element.clientWidth,
        -(clientY - last.current.y) / element.clientHeight,
      );
      last.current = { x: clientX, y: clientY };
    },
    onPointerUp: () => {
      last.current = undefined;
    },
  };
}

/** The wheel zooms with Ctrl, or a pinch on a touchpad; else it scrolls the page. */
function useWheel(
  svg: { readonly current: SVGSVGElement | null },
  zoom: (factor: number, across: number, down: number) => void,
): void {
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top, width, height } = element.getBoundingClientRect();
      zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, (event.clientX - left) / width, (event.clientY - top) / height);
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [svg, zoom]);
}
