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

/** Reads a page of a listing; something in it that is none of these things makes the page as good as not answered. */
export function readItems<T>(
  response: WireResponse,
  listOf: (body: unknown) => readonly unknown[] | undefined,
  itemOf: (item: unknown) => T | undefined,
  detail: ReadDetail,
  what: string,
): Answer<readonly T[]> {
  return readList(response, listOf, detail, (items): Answer<readonly T[]> => {
    const read: T[] = [];
    for (const item of items) {
      const one = itemOf(item);
      if (one === undefined) return failed(`HTTP 200 with a ${what} that has no id`);
      read.push(one);
    }
    return { kind: 'done', value: read };
  });
}

/** Reads a page of a listing of resources. */
export function readListing(
  response: WireResponse,
  listOf: (body: unknown) => readonly unknown[] | undefined,
  resourceOf: (item: unknown) => RemoteResource | undefined,
  detail: ReadDetail,
): Answer<readonly RemoteResource[]> {
  return readItems(response, listOf, resourceOf, detail, 'resource');
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
