import { type Columns, toColumns } from '../../core/columns.ts';
import type { Load, Site } from '../../fleet/load.ts';
import type { LoadPage, PendingLoad } from '../../registration/load-source.ts';

type Good = Extract<PendingLoad, { ok: true }>;
type Broken = Extract<PendingLoad, { ok: false }>;

/** A page of loads as it is copied from one thread to another. */
export interface LoadColumns {
  readonly loads: Columns<Omit<Load, 'site'> & Pick<Good, 'body' | 'sentHash'> & { site: number }>;
  /** What `loads.site` counts into, from 0. */
  readonly sites: readonly Site[];
  /** Rows that cannot be loads, and where in the page they stand, in ascending order. */
  readonly broken: readonly { readonly at: number; readonly row: Broken }[];
  readonly next: LoadPage['next'];
}

export function toLoadColumns({ loads, next }: LoadPage): LoadColumns {
  const sites: Site[] = [];
  const siteOf = ({ load: { site } }: Good) => {
    // Loads of a site stand side by side.
    if (sites.at(-1) !== site) sites.push(site);
    return sites.length - 1;
  };
  const good = loads.filter((one): one is Good => one.ok);
  return {
    loads: toColumns(good, {
      loadId: ({ load }) => load.loadId,
      storeRef: ({ load }) => load.storeRef,
      externalResourceId: ({ load }) => load.externalResourceId,
      component: ({ load }) => load.component,
      name: ({ load }) => load.name,
      nameShared: ({ load }) => load.nameShared,
      h5MeterId: ({ load }) => load.h5MeterId,
      trace: ({ load }) => load.trace,
      site: siteOf,
      body: ({ body }) => body,
      sentHash: ({ sentHash }) => sentHash,
    }),
    sites,
    broken: loads.flatMap((row, at) => (row.ok ? [] : [{ at, row }])),
    next,
  };
}

export function fromLoadColumns({ loads: columns, sites, broken, next }: LoadColumns): LoadPage {
  const loads = columns.loadId.map(
    (loadId, n): PendingLoad => ({
      ok: true,
      load: {
        loadId,
        storeRef: columns.storeRef[n],
        externalResourceId: columns.externalResourceId[n] as string,
        component: columns.component[n] as string,
        name: columns.name[n] as string,
        nameShared: columns.nameShared[n] as boolean,
        h5MeterId: columns.h5MeterId[n],
        trace: columns.trace[n] as Load['trace'],
        site: sites[columns.site[n] as number] as Site,
      },
      body: columns.body[n],
      sentHash: columns.sentHash[n],
    }),
  );
  for (const { at, row } of broken) loads.splice(at, 0, row);
  return { loads, next };
}
