import type { StoredEvent } from '../../store/event-store.ts';

/** See `Receiver`. */
type Reader = string | undefined;

/** What is known, and what readers saw of it. */
interface Seen {
  readonly readers: readonly Reader[];
  readonly events: ReadonlyMap<string, { readonly stored: StoredEvent }>;
  /** Of events, by reader, when it last saw all. */
  readonly views: ReadonlyMap<Reader, ReadonlySet<string>>;
  /** The same of programs; without those who have not seen all since the start. */
  readonly programsOf: ReadonlyMap<Reader, ReadonlySet<string>>;
}

/** The events that the VTN showed when it was last read; of who has not seen all since the start, those that it saw before. */
export function maybeListed({ readers, views, events, programsOf }: Seen): string[] {
  const listed = new Set([...views.values()].flatMap((seen) => [...seen]));
  const yetToSee = readers.filter((reader) => !programsOf.has(reader));
  for (const [id, { stored }] of events)
    if (yetToSee.some((reader) => reader === undefined || (stored.seenBy?.includes(reader) ?? true)))
      listed.add(id);
  return [...listed];
}

/** Forgets programs that nobody sees any more, and of which no event is known: the next reading stores the others. */
export function forgetPrograms(programs: Map<string, unknown>, { readers, programsOf, events }: Seen): void {
  if (readers.some((reader) => !programsOf.has(reader))) return;
  const needed = new Set([...programsOf.values()].flatMap((seen) => [...seen]));
  for (const { stored } of events.values()) if (stored.programId !== null) needed.add(stored.programId);
  for (const id of programs.keys()) if (!needed.has(id)) programs.delete(id);
}
