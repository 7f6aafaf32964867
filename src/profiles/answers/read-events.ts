import { shortHash } from '../../core/short-hash.ts';
import type { Answer } from '../../delivery/outcome.ts';
import type { GridEvent, GridProgram } from '../../fleet/grid-event.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import type { ReceivedEvent } from '../events-profile.ts';
import { canonicalJson } from './canonical-json.ts';
import { describeBody, idField, jsonBody } from './json-body.ts';
import { readList } from './read-list.ts';
import { type ReadDetail, readFindRefusal } from './read-refusal.ts';
import { type Fields, readOrProblem } from './wire-value.ts';

/** Makes an event of the fields of an object with this id; throws Unusable. */
export type ReadEvent = (id: string, fields: Fields) => GridEvent;

/** Makes a program of the fields of an object with this id; what cannot be read of it stands in `problem`. */
export type ReadProgram = (id: string, fields: Fields) => GridProgram;

/** Finds the list in the JSON of an answer. */
type ListOf = (body: unknown) => readonly unknown[] | undefined;

/**
 * An item of a listing as an event. One that cannot be acted on says why, and takes nothing with it; one that has no usable id
 * gets one of what it says, so that it is counted too (`no-id-…`).
 */
export function receivedEvent(item: unknown, read: ReadEvent): ReceivedEvent {
  const { text: body, isTooDeep } = canonicalJson(item);
  const id = idField(item);
  const unusable = (problem: string): ReceivedEvent => ({
    id: id ?? derivedId(body),
    body,
    event: undefined,
    problem,
  });
  if (!isObject(item)) return unusable('it is not an object');
  if (id === undefined) return unusable('it has no usable id');
  if (isTooDeep) return unusable('it is nested more than 64 deep');
  const result = readOrProblem(() => read(id, item));
  return result.ok ? { id, body, event: result.value, problem: null } : unusable(result.problem);
}

/** The same of an event that was received once, from its body. */
export function eventOfBody(body: string, read: ReadEvent): ReceivedEvent {
  const item = jsonBody({ body });
  if (item !== undefined) return receivedEvent(item, read);
  return { id: derivedId(body), body, event: undefined, problem: 'it is not JSON' };
}

/** Reads a page of a listing of events. */
export function readEventPage(
  response: WireResponse,
  listOf: ListOf,
  read: ReadEvent,
  detail: ReadDetail,
): Answer<readonly ReceivedEvent[]> {
  return readList(response, listOf, detail, (items): Answer<readonly ReceivedEvent[]> => {
    return { kind: 'done', value: items.map((item) => receivedEvent(item, read)) };
  });
}

/** Reads a page of a listing of programs. One without a usable id is one that no event names: it is shown all the same. */
export function readProgramPage(
  response: WireResponse,
  listOf: ListOf,
  read: ReadProgram,
  detail: ReadDetail,
): Answer<readonly GridProgram[]> {
  return readList(response, listOf, detail, (items): Answer<readonly GridProgram[]> => {
    const programs = items.map((item) => {
      const id = idField(item);
      const fields = isObject(item) ? item : {};
      if (id !== undefined) return read(id, fields);
      return { ...read(derivedId(canonicalJson(item).text), fields), problem: 'it has no usable id' };
    });
    return { kind: 'done', value: programs };
  });
}

/** Reads the answer to a look at one event; undefined: the VTN has none of this id, or does not show it to us. */
export function readEventOfId(
  id: string,
  response: WireResponse,
  read: ReadEvent,
  detail: ReadDetail,
): Answer<ReceivedEvent | undefined> {
  const { status } = response;
  if (status === 404 || status === 410) return { kind: 'done', value: undefined };
  if (status !== 200) return readFindRefusal(response, detail);
  const item = jsonBody(response);
  // Whatever answers every path with 200 is no VTN that has it.
  if (idField(item) !== id)
    return { kind: 'refused', status, reason: `HTTP 200 with another object: ${describeBody(response)}` };
  return { kind: 'done', value: receivedEvent(item, read) };
}

const derivedId = (body: string) => `no-id-${shortHash(body)}`;

function isObject(item: unknown): item is Fields {
  return typeof item === 'object' && item !== null && !Array.isArray(item);
}
