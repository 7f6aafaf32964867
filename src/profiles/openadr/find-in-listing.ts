import { bearing } from '../../core/same-name.ts';
import type { PagedFindOutcome } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { idField, textField } from '../answers/json-body.ts';
import { asList, chooseId, readList } from '../answers/read-list.ts';
import { problemDetail } from './problem-detail.ts';

/**
 * Reads a listing, which cannot be asked for a name, page by page, until an object of this name is found that is ours. It ends
 * with a page that brings nothing new: a VTN may give fewer than it is asked for, or all of them every time.
 */
export function findInListing(nameField: string, name: string, isOurs: (object: unknown) => boolean) {
  const seen = new Set<string>();
  return (response: WireResponse, claimedId: string | undefined, skip: number): PagedFindOutcome =>
    readList(response, asList, problemDetail, (items): PagedFindOutcome => {
      const ours = bearing(items, (item) => textField(item, nameField), name).filter(isOurs);
      const id = chooseId(ours, claimedId);
      if (id !== undefined) return { kind: 'found', id };
      if (skip === 0) seen.clear();
      const before = seen.size;
      for (const item of items) seen.add(idField(item) ?? '');
      return seen.size > before ? { kind: 'next-page', skip: skip + items.length } : { kind: 'absent' };
    });
}
