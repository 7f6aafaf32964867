const paths = {
  overview: 'M3 12a9 9 0 1 1 18 0M12 12l4-4M5 19h14',
  matrix: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z',
  map: 'M9 4 3 6v14l6-2 6 2 6-2V4l-6 2zM9 4v14M15 6v14',
  loads: 'M13 2 5 14h6l-1 8 8-12h-6z',
  events: 'M5 5h14v15H5zM5 10h14M9 3v4M15 3v4',
  runs: 'M4 6h16M4 12h10M4 18h13',
  failures: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.5',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  attention: 'M12 6v7M12 16.5v.5',
  brand: 'M13 2 5 14h6l-1 8 8-12h-6z',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  logout: 'M10 4H5v16h5M15 8l4 4-4 4M19 12H9',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
} as const;

export type IconName = keyof typeof paths;

/** Beside words that say the same. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
