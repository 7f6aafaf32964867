import { VenfleetError } from '../../core/errors.ts';
import { bearing } from '../../core/same-name.ts';
import type { Sender } from '../../delivery/sender.ts';
import type { GridProgram } from '../../fleet/grid-event.ts';
import type { EventsProfile } from '../../profiles/events-profile.ts';
import { readInto } from '../receive/read-view.ts';
import type { EnrolledProgram } from './enrol-events.ts';

/** Programs that an error names at most. */
const mostListed = 20;

/**
 * The program of this id, or else of this name, among those that the VTN shows; undefined where the job was aborted. Throws
 * PROGRAM_UNKNOWN, which names those that there are, EVENT_REFUSED, and what ends a job.
 */
export async function findProgram(
  wanted: string,
  profile: Pick<EventsProfile, 'programListings'>,
  sender: Sender,
): Promise<EnrolledProgram | undefined> {
  const programs = new Map<string, GridProgram>();
  const { url } = sender.transport;
  for (const listing of profile.programListings()) {
    const end = await readInto(programs, listing, sender);
    if (end?.at === 'stopped') return undefined;
    if (end)
      throw new VenfleetError('EVENT_REFUSED', { url, task: 'show its programs', problem: end.reason });
  }
  const all = [...programs.values()];
  const byId = programs.get(wanted);
  const found = byId ? [byId] : bearing(all, ({ name }) => name ?? undefined, wanted);
  const [one] = found;
  if (one && found.length === 1) return { id: one.id, name: one.name };
  const problem = one
    ? `has ${found.length} programs of the name "${wanted}": ${listed(found)}`
    : `has no program "${wanted}"; ${all.length === 0 ? 'it has none at all' : `it has ${listed(all)}`}`;
  throw new VenfleetError('PROGRAM_UNKNOWN', { url, problem });
}

function listed(programs: readonly GridProgram[]): string {
  const names = programs
    .slice(0, mostListed)
    .map(({ id, name }) => (name === null ? id : `"${name}" (${id})`));
  const more = programs.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
