import { VenfleetError } from '../core/errors.ts';
import { eachOfListing, type Listing, largestPage, mostPasses } from '../core/whole-listing.ts';
import type { Call, CallInput, Query } from './call.ts';
import type { AnswerOf, OperationTable } from './operations.ts';

/** Which part of a listing to fetch. */
export interface Page {
  /** How many objects to leave out, counted from the first. Default 0. */
  readonly skip?: number;
  /** 1 to 50. Default 50. */
  readonly limit?: number;
}

/** The objects of one kind on a VTN. Every method throws what a call of its operation throws: see `caller`. */
export interface Collection<Item, Request, Filter> {
  create(request: Request): Promise<Item>;
  /** Replaces the object: what the request leaves out is reset. */
  update(id: string, request: Request): Promise<Item>;
  /** Returns the object as it was. */
  delete(id: string): Promise<Item>;
  get(id: string): Promise<Item>;
  /**
   * All that the filter lets through, each once, as soon as it comes, in no promised order. What others write
   * meanwhile shifts the pages: neighbouring pages overlap, and where they do not join, the listing is read again
   * for what was missed. Throws OADR_PAGING where it changes under every reading, or has no end. A smaller `limit`
   * is for objects so large that a page of 50 outgrows the transport's `maxAnswerBytes`.
   */
  list(filter?: Filter, options?: Pick<Page, 'limit'>): AsyncGenerator<Item, void, undefined>;
  /** One page, as the VTN gives it. */
  page(page?: Page, filter?: Filter): Promise<Item[]>;
}

/** The operationIds of one kind of object. */
interface OperationIds<Id, ListId> {
  readonly list: ListId;
  readonly create: Id;
  readonly get: Id;
  readonly update: Id;
  readonly delete: Id;
  /** The path parameter that holds the object's ID. */
  readonly param: string;
}

/**
 * Makes the function that makes a collection of five operations of one version. `within`: the path parameters of the
 * object that this kind lies within, as a resource lies within its VEN in 3.0.
 */
export function collectionMaker<T extends OperationTable>(call: Call<T>, url: string) {
  return <ItemId extends keyof T & string, ListId extends keyof T & string, Request extends object, Filter>(
    ids: OperationIds<ItemId, ListId>,
    within: Readonly<Record<string, string>> = {},
  ): Collection<Identified<AnswerOf<T, ItemId>>, Request, Filter> => {
    type Item = Identified<AnswerOf<T, ItemId>>;
    const send = (id: ItemId, input: CallInput) => call(id, input) as Promise<Item>;
    const at = (id: string) => ({ ...within, [ids.param]: id });
    const page = ({ skip = 0, limit = largestPage }: Page = {}, filter?: Filter) =>
      call(ids.list, {
        params: within,
        query: { ...(filter as Query | undefined), skip, limit },
      }) as unknown as Promise<Item[]>;
    return {
      create: (body) => send(ids.create, { params: within, body }),
      get: (id) => send(ids.get, { params: at(id) }),
      update: (id, body) => send(ids.update, { params: at(id), body }),
      delete: (id) => send(ids.delete, { params: at(id) }),
      page,
      list: (filter, { limit = largestPage } = {}) =>
        listWhole({ fetchPage: (skip) => page({ skip, limit }, filter), limit }, url, ids.list),
    };
  };
}

async function* listWhole<Item extends { id: string }>(
  listing: Listing<Item>,
  url: string,
  operation: string,
): AsyncGenerator<Item, void, undefined> {
  const end = yield* eachOfListing(listing);
  if (end === 'whole') return;
  const problem =
    end === 'no-end'
      ? 'page after page brings nothing new, as if it ignored "skip"'
      : `it changed, or its order did, in each of ${mostPasses} readings`;
  throw new VenfleetError('OADR_PAGING', { url, operation, problem });
}

type Identified<T> = T extends { id: string } ? T : never;
