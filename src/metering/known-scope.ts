import { VenfleetError } from '../core/errors.ts';
import { unknownVen } from '../fleet/unknown-ven.ts';
import type { FleetNames } from '../store/fleet-store.ts';
import type { ReportingStore, ReportScope } from '../store/reporting-store.ts';

/** Names that an error lists. */
const mostListed = 5;

/**
 * Throws VEN_UNKNOWN, COMPONENT_UNKNOWN or LOAD_UNKNOWN where the scope names what the fleet does not have: a misspelt name,
 * most likely, of which nothing would be reported without a word.
 */
export async function throwIfScopeUnknown(
  store: FleetNames & Pick<ReportingStore, 'loadComponents' | 'knownLoadIds'>,
  { vens = [], components = [], loadIds = [] }: ReportScope,
): Promise<void> {
  if (vens.length > 0) {
    const { venNames } = await store.fleetNames();
    const unknown = missingFrom(vens, new Set(venNames));
    if (unknown.length > 0) throw unknownVen(unknown, venNames);
  }
  if (components.length > 0) {
    const known = await store.loadComponents();
    const unknown = missingFrom(components, new Set(known));
    if (unknown.length > 0)
      throw new VenfleetError('COMPONENT_UNKNOWN', {
        components: quoted(unknown),
        known: known.length === 0 ? 'no loads' : known.join(', '),
      });
  }
  if (loadIds.length > 0) {
    const unknown = missingFrom(loadIds, await store.knownLoadIds(loadIds));
    if (unknown.length > 0) throw new VenfleetError('LOAD_UNKNOWN', { loads: quoted(unknown) });
  }
}

const missingFrom = (asked: readonly string[], known: ReadonlySet<string>) =>
  asked.filter((one) => !known.has(one));

function quoted(names: readonly string[]): string {
  const listed = names.slice(0, mostListed).map((name) => `"${name}"`);
  const more = names.length - listed.length;
  return `${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
