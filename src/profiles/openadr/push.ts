import { isSameName } from '../../core/same-name.ts';
import type { PagedFindOutcome } from '../../delivery/outcome.ts';
import type { Creation } from '../../delivery/settle.ts';
import type { WireRequest, WireResponse } from '../../openadr/http/transport.ts';
import { idField, textField } from '../answers/json-body.ts';
import { readChange } from '../answers/read-changes.ts';
import { asList, chooseId, readItems, readList } from '../answers/read-list.ts';
import type {
  Callback,
  ListedSubscription,
  PushNotifiers,
  PushOptions,
  PushProfile,
  SubscriptionScope,
} from '../push-profile.ts';
import { problemDetail } from './problem-detail.ts';
import { isKind, readCreate } from './read-create.ts';
import { venNameOf } from './wire-names.ts';

/** What OpenADR 3.0 and 3.1 say differently of subscriptions. */
export interface PushDialect {
  readonly name: string;
  readonly subscriptionIsOf: PushProfile['subscriptionIsOf'];
  /** The words for what happens to an object: the first that the VTN takes. READ is none: our own reading would wake us. */
  readonly wordings: readonly (readonly string[])[];
  readonly notifiers?: PushNotifiers;
}

const objects = ['EVENT', 'PROGRAM'];
/** What the documents allow. */
const pageSize = 50;

/** How either generation of OpenADR 3 is asked for notifications. */
export function openAdrPush(dialect: PushDialect, { role = 'BL' }: PushOptions): PushProfile {
  const { name, subscriptionIsOf, wordings, notifiers } = dialect;
  return {
    name,
    readsAs: role === 'VEN' ? 'ven' : 'all',
    subscriptionIsOf,
    wordings: wordings.length,
    subscriptions: (venName, callback) => ({
      pageSize,
      page: (skip) => pageOf(venName, undefined, skip),
      readPage: (response) =>
        readItems(
          response,
          asList,
          (item) => listed(item, venName, callback, wordings),
          problemDetail,
          'subscription',
        ),
    }),
    subscription: (scope, callback, words = 0) => creation(scope, callback, wordings[words] ?? []),
    unsubscribe: (id, venName) => ({
      request: { method: 'DELETE', path: `/subscriptions/${encodeURIComponent(id)}`, ...sentAs(venName) },
      read(response) {
        const answer = readChange(response, problemDetail);
        return answer.kind === 'done' ? { kind: 'done', value: null } : answer;
      },
    }),
    notifiers,
  };
}

const sentAs = (venName: string | undefined): Pick<WireRequest, 'as'> =>
  venName === undefined ? {} : { as: venName };

/** By it, and by where it leads, a subscription of ours is found again. */
const clientNameOf = (venName: string | undefined) =>
  venName === undefined ? 'venfleet' : venNameOf(venName);

function pageOf(venName: string | undefined, programId: string | undefined, skip: number): WireRequest {
  const program = programId === undefined ? '' : `programID=${encodeURIComponent(programId)}&`;
  const clientName = encodeURIComponent(clientNameOf(venName));
  const path = `/subscriptions?${program}clientName=${clientName}&skip=${skip}&limit=${pageSize}`;
  return { method: 'GET', path, ...sentAs(venName) };
}

function creation(
  { venName, programId }: SubscriptionScope,
  callback: Callback,
  operations: readonly string[],
): Creation {
  const clientName = clientNameOf(venName);
  const isThis = (object: unknown) =>
    isKind(object, ['SUBSCRIPTION']) &&
    isOurs(object, clientName, callback, 'believed') &&
    (programId === undefined || (idField(object, 'programID') ?? programId) === programId);
  const body = JSON.stringify({
    objectType: 'SUBSCRIPTION',
    clientName,
    ...(programId !== undefined && { programID: programId }),
    objectOperations: [{ objects, operations, ...callback }],
  });
  const seen = new Set<string>();
  return {
    trace: 'none',
    create: () => ({ method: 'POST', path: '/subscriptions', body, ...sentAs(venName) }),
    readCreate: (response) =>
      readCreate(response, ['id', 'objectType', 'clientName', 'programID', 'objectOperations'], isThis),
    find: (_formerName, skip) => pageOf(venName, programId, skip),
    // It ends with a page that brings nothing new: a VTN may give all of them every time.
    readFind: (response: WireResponse, claimedId, skip): PagedFindOutcome =>
      readList(response, asList, problemDetail, (items): PagedFindOutcome => {
        const ours = items.filter((item) => isThis(item) && isOurs(item, clientName, callback, 'shown'));
        const id = chooseId(ours, claimedId);
        if (id !== undefined) return { kind: 'found', id };
        if (skip === 0) seen.clear();
        const before = seen.size;
        for (const item of items) seen.add(idField(item) ?? '');
        return seen.size > before ? { kind: 'next-page', skip: skip + items.length } : { kind: 'absent' };
      }),
  };
}

function listed(
  item: unknown,
  venName: string | undefined,
  callback: Callback,
  wordings: readonly (readonly string[])[],
): ListedSubscription | undefined {
  const id = idField(item);
  if (id === undefined) return undefined;
  return {
    id,
    isOurs: isOurs(item, clientNameOf(venName), callback, 'shown'),
    programId: idField(item, 'programID'),
    isRight: isRight(item, callback, wordings),
  };
}

/** `believed`: also where the VTN does not show what it is known by, as in the answer to a creation. */
function isOurs(
  item: unknown,
  clientName: string,
  { callbackUrl }: Callback,
  evidence: 'shown' | 'believed',
): boolean {
  const theirs = textField(item, 'clientName');
  const urls = operationsOf(item).map((one) => textField(one, 'callbackUrl'));
  if (evidence === 'believed' && theirs === undefined && urls.length === 0) return true;
  return isSameName(theirs, clientName) && (urls.includes(callbackUrl) || urls.includes(`${callbackUrl}/`));
}

const operationsOf = (item: unknown) =>
  asList((item as { objectOperations?: unknown } | null)?.objectOperations) ?? [];

/** Whether it brings our token for all that we ask for; VTNs may keep tokens to themselves. */
function isRight(
  item: unknown,
  { callbackUrl, bearerToken }: Callback,
  wordings: readonly (readonly string[])[],
): boolean | undefined {
  const own = operationsOf(item).filter((one) => textField(one, 'callbackUrl') === callbackUrl);
  const covers = (object: string, operation: string) =>
    own.some((one) => texts(one, 'objects').includes(object) && texts(one, 'operations').includes(operation));
  const coversAll = (words: readonly string[]) =>
    objects.every((object) => words.every((word) => covers(object, word)));
  if (!wordings.some(coversAll)) return false;
  const tokens = own.map((one) => textField(one, 'bearerToken'));
  if (tokens.some((token) => token !== undefined && token !== bearerToken)) return false;
  return tokens.includes(undefined) ? undefined : true;
}

const texts = (item: unknown, field: string) =>
  asList((item as Record<string, unknown> | null)?.[field]) ?? [];
