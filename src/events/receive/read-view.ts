import { largestPage, wholeListing } from '../../core/whole-listing.ts';
import { sendUntilAnswered } from '../../delivery/send-until-answered.ts';
import type { Sender } from '../../delivery/sender.ts';
import type { GridProgram } from '../../fleet/grid-event.ts';
import type { EventsProfile, PagedListing, ReceivedEvent } from '../../profiles/events-profile.ts';

/** All that one reader sees on the VTN at one time. */
export interface View {
  readonly events: ReadonlyMap<string, ReceivedEvent>;
  readonly programs: ReadonlyMap<string, GridProgram>;
}

/** A view; or why it is not whole, which proves nothing of what is missing in it. */
export type ViewResult =
  | { readonly at: 'whole'; readonly view: View }
  | { readonly at: 'failed'; readonly reason: string }
  | { readonly at: 'stopped' };

/**
 * Reads all programs and events that a reader may see (`venName`: undefined where one reader sees all), each listing to its end,
 * and unites what several listings show. Throws only what ends a job (see `exchange`).
 */
export async function readView(
  profile: EventsProfile,
  venName: string | undefined,
  sender: Sender,
): Promise<ViewResult> {
  const events = new Map<string, ReceivedEvent>();
  const programs = new Map<string, GridProgram>();
  // Programs first: an event that is listed afterwards finds its program there.
  for (const listing of profile.programListings(venName)) {
    const end = await readInto(programs, listing, sender);
    if (end) return end;
  }
  for (const listing of profile.eventListings(venName)) {
    const end = await readInto(events, listing, sender);
    if (end) return end;
  }
  return { at: 'whole', view: { events, programs } };
}

/** Adds what a listing has, by id; undefined: all of it. */
export async function readInto<T extends { readonly id: string }>(
  found: Map<string, T>,
  listing: PagedListing<T>,
  sender: Sender,
): Promise<Exclude<ViewResult, { at: 'whole' }> | undefined> {
  let end: Exclude<ViewResult, { at: 'whole' }> | undefined;
  const { pageSize } = listing;
  const fetchPage = async (skip: number) => {
    if (pageSize === undefined && skip > 0) return [];
    const answer = await sendUntilAnswered(listing.page(skip), listing.readPage, sender);
    if (answer.at === 'done') return answer.value;
    end = answer.at === 'stopped' ? { at: 'stopped' } : { at: 'failed', reason: answer.reason };
    return undefined;
  };
  const { end: howItEnded, items } = await wholeListing({ fetchPage, limit: pageSize ?? largestPage });
  if (end) return end;
  if (howItEnded !== 'whole')
    return { at: 'failed', reason: 'the listing changed in each of several readings' };
  for (const [id, item] of items) found.set(id, item);
  return undefined;
}
