import type { GridEvent, GridProgram } from '../../fleet/grid-event.ts';
import type { WireRequest } from '../../openadr/http/transport.ts';
import { eventOfBody, readEventOfId, readEventPage, readProgramPage } from '../answers/read-events.ts';
import { asList } from '../answers/read-list.ts';
import type { Fields } from '../answers/wire-value.ts';
import type { EventsOptions, EventsProfile, PagedListing, Selection, TargetKind } from '../events-profile.ts';
import { type EventVersion, readOpenAdrEvent, readOpenAdrProgram } from './events-read.ts';
import { eventReporting } from './events-reports.ts';
import { problemDetail } from './problem-detail.ts';
import { resourceNameOf } from './wire-names.ts';

/** What OpenADR 3.0 and 3.1 say differently of events. */
export interface EventsDialect {
  readonly name: string;
  readonly version: EventVersion;
  /** The queries that together show a VEN all that it may see, each ending in "&" where it is not empty. */
  ownQueries(venName: string): readonly string[];
  selectionOf(event: GridEvent, program: GridProgram | undefined): Selection;
  wireFormsOf(kind: TargetKind, name: string): readonly string[];
}

/** What the documents allow. */
const pageSize = 50;

/**
 * How events are read in either generation of OpenADR 3: as BL in one listing for all, as VEN by each VEN itself. They are
 * answered by reports alone: OpenADR 3 knows no other answer.
 */
export function openAdrEvents(dialect: EventsDialect, { role = 'BL' }: EventsOptions): EventsProfile {
  const asVen = role === 'VEN';
  const as = (venName: string | undefined): Pick<WireRequest, 'as'> =>
    asVen && venName !== undefined ? { as: venName } : {};
  const readEvent = (id: string, fields: Fields) => readOpenAdrEvent(dialect.version, id, fields);
  const listings = <T>(
    path: string,
    venName: string | undefined,
    readPage: PagedListing<T>['readPage'],
  ): PagedListing<T>[] =>
    (asVen && venName !== undefined ? dialect.ownQueries(venName) : ['']).map((query) => ({
      pageSize,
      page: (skip) => ({
        method: 'GET',
        path: `${path}?${query}skip=${skip}&limit=${pageSize}`,
        ...as(venName),
      }),
      readPage,
    }));
  return {
    name: dialect.name,
    readsAs: asVen ? 'ven' : 'all',
    eventListings: (venName) =>
      listings('/events', venName, (response) => readEventPage(response, asList, readEvent, problemDetail)),
    programListings: (venName) =>
      listings('/programs', venName, (response) =>
        readProgramPage(response, asList, readOpenAdrProgram, problemDetail),
      ),
    eventOfId: (id, venName) => ({
      request: { method: 'GET', path: `/events/${encodeURIComponent(id)}`, ...as(venName) },
      read: (response) => readEventOfId(id, response, readEvent, problemDetail),
    }),
    eventOfBody: (body) => eventOfBody(body, readEvent),
    selectionOf: dialect.selectionOf,
    wireFormsOf: dialect.wireFormsOf,
    resourceNameOf,
    reporting: eventReporting({ namesProgram: dialect.version === '3.0' }),
  };
}
