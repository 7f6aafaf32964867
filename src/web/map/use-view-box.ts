import { useState } from 'preact/hooks';
import { type Box, projected } from './outline.ts';

/** What of the map is seen, in its units (degrees of longitude). */
export interface ViewBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const mostZoom = 40;

/** A part of the map, which can be moved and zoomed: never out of `whole`. */
export function useViewBox(whole: ViewBox) {
  const [box, setBox] = useState<ViewBox>();
  const shown = box ?? whole;
  /** Zooms by `factor` (less than 1: nearer) around a point of it, given in shares of its width and height. */
  const zoom = (factor: number, across = 0.5, down = 0.5) => {
    const width = Math.min(whole.width, Math.max(whole.width / mostZoom, shown.width * factor));
    const height = (width / whole.width) * whole.height;
    const x = shown.x + (shown.width - width) * across;
    const y = shown.y + (shown.height - height) * down;
    setBox(within(whole, { x, y, width, height }));
  };
  /** Moves it by shares of its width and height. */
  const move = (across: number, down: number) =>
    setBox(within(whole, { ...shown, x: shown.x + across * shown.width, y: shown.y + down * shown.height }));
  return { shown, zoom, move, reset: () => setBox(undefined), isWhole: box === undefined };
}

function within(whole: ViewBox, { x, y, width, height }: ViewBox): ViewBox {
  const most = { x: whole.x + whole.width - width, y: whole.y + whole.height - height };
  return {
    x: Math.max(whole.x, Math.min(most.x, x)),
    y: Math.max(whole.y, Math.min(most.y, y)),
    width,
    height,
  };
}

/** The part of the map that shows a box of degrees. */
export function viewBoxOf([west, south, east, north]: Box): ViewBox {
  const from = projected(west, north);
  const to = projected(east, south);
  return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
}
