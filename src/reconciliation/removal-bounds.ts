import { VenfleetError } from '../core/errors.ts';
import type { Plan } from './make-plan.ts';

/** What may be removed unasked, of what is there: so many resources, or this share where that is more. */
const usualBound = { resources: 10, share: 0.05 };

/**
 * Makes sure that a plan removes no more than is likely to be meant, per VEN and in all: a database that was emptied or
 * half restored would take a whole fleet off the VTN. What moves to another VEN is removed from its old one, and counts.
 * `most`: how many may go at most, per VEN and in all. Throws TOO_MANY_REMOVALS.
 */
export function throwIfTooManyRemovals(
  { actions, resources, resourcesByVen }: Pick<Plan, 'actions' | 'resources' | 'resourcesByVen'>,
  most: number | undefined,
): void {
  const boundOf = (there: number) =>
    most ?? Math.max(usualBound.resources, Math.floor(there * usualBound.share));
  const removals = actions.flatMap((action) => {
    if (action.kind === 'remove') return [action.venName];
    return action.kind === 'update' && action.fromVen !== null ? [action.fromVen] : [];
  });
  const refuse = (remove: number, there: number, where: string) => {
    if (remove <= boundOf(there)) return;
    throw new VenfleetError('TOO_MANY_REMOVALS', {
      remove,
      there,
      where,
      bound: boundOf(there),
      inAll: removals.length,
    });
  };
  refuse(removals.length, resources, 'in all');
  for (const [venName, ofVen] of Map.groupBy(removals, (venName) => venName))
    refuse(ofVen.length, resourcesByVen.get(venName) ?? 0, `of VEN "${venName}"`);
}
