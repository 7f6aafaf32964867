import type { Answer, FindOutcome } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import type { RemoteResource } from '../reconciliation-profile.ts';
import { describeBody, idField, jsonBody } from './json-body.ts';
import { type ReadDetail, readFindRefusal } from './read-refusal.ts';

/** Why a list cannot be used: refused, not now, or not what a list looks like. */
type NoList = Extract<FindOutcome, { kind: 'refused' | 'throttled' | 'failed' }>;

/** Reads a list; `listOf` finds it in the answer's JSON, `read` makes something of what is in it. */
export function readList<T>(
  response: WireResponse,
  listOf: (body: unknown) => readonly unknown[] | undefined,
  detail: ReadDetail,
  read: (items: readonly unknown[]) => T,
): T | NoList {
  if (response.status !== 200) return readFindRefusal(response, detail);
  const items = listOf(jsonBody(response));
  return items ? read(items) : failed(`HTTP 200 without a list: ${describeBody(response)}`);
}

/** Reads a page of a listing; something in it that is no resource makes the page as good as not answered. */
export function readListing(
  response: WireResponse,
  listOf: (body: unknown) => readonly unknown[] | undefined,
  resourceOf: (item: unknown) => RemoteResource | undefined,
  detail: ReadDetail,
): Answer<readonly RemoteResource[]> {
  return readList(response, listOf, detail, (items): Answer<readonly RemoteResource[]> => {
    const resources: RemoteResource[] = [];
    for (const item of items) {
      const resource = resourceOf(item);
      if (!resource) return failed('HTTP 200 with a resource that has no id');
      resources.push(resource);
    }
    return { kind: 'done', value: resources };
  });
}

/** A list that is the whole body; undefined where the body is none. */
export function asList(body: unknown): readonly unknown[] | undefined {
  return Array.isArray(body) ? body : undefined;
}

/**
 * The id of our object, of which there may be several: the one that the VTN named when it said that the object
 * exists, if it is among them; else the first in order, which is the same at every look-up.
 */
export function chooseId(ours: readonly unknown[], claimedId: string | undefined): string | undefined {
  const ids = ours.map((item) => idField(item)).filter((id) => id !== undefined);
  return claimedId !== undefined && ids.includes(claimedId) ? claimedId : ids.sort()[0];
}

function failed(reason: string): NoList {
  return { kind: 'failed', status: 200, reason };
}
