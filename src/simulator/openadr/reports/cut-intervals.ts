import { randomUUID } from 'node:crypto';
import { hashOf } from '../../points/result-memo.ts';

/** A report whose lists of intervals, nearly all of its bytes, are taken out and stand for themselves. */
export interface CutReport {
  /** The rest as JSON; in the place of each list is a text, which `numberOfCut` knows. */
  readonly rest: string;
  readonly lists: readonly CutList[];
}

export interface CutList {
  readonly json: Buffer;
  readonly hash: string;
}

/** Nobody outside can know it: no text of a client is taken for the mark of a list. */
const mark = randomUUID();

/** The number of the list that was cut out here, or undefined where none was. */
export function numberOfCut(value: unknown): number | undefined {
  return typeof value === 'string' && value.startsWith(mark) ? Number(value.slice(mark.length)) : undefined;
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const comma = 0x2c;
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Cuts out what stands at `resources[].intervals`. Nothing is checked but where such a list ends: what is no JSON is none
 * either in the rest or in a list. `isKnown`: whether a list, by its hash, was found to be JSON before.
 */
export function cutIntervals(body: Buffer, isKnown: (hash: string) => boolean): CutReport {
  const endOfList = listEnds(body, isKnown);
  const lists: CutList[] = [];
  const parts: string[] = [];
  let from = 0;
  const isList = (at: number) => body[at] === openList;
  const cut = (begin: number) => {
    const { end, hash } = endOfList(begin);
    if (end > body.length || body[end - 1] !== closeList) return end;
    parts.push(body.toString('utf8', from, begin), `"${mark}${lists.length}"`);
    lists.push({ json: body.subarray(begin, end), hash: hash ?? hashOf(body.subarray(begin, end)) });
    from = end;
    return end;
  };
  const ofResource = (name: string, at: number) =>
    name === 'intervals' && isList(at) ? cut(at) : endOfValue(body, at);
  const ofReport = (name: string, at: number) =>
    name === 'resources' && isList(at)
      ? walkList(body, at, (item) => walkObject(body, item, ofResource))
      : endOfValue(body, at);
  walkObject(body, afterSpace(body, 0), ofReport);
  parts.push(body.toString('utf8', from));
  return { rest: parts.join(''), lists };
}

/** How a list ends whose intervals end with their payloads. */
const usualEnd = ']}]}]';

/**
 * Finds the ends of lists of intervals. A list that is known to be JSON ends where it ends, whatever comes then: so where
 * the guess makes a known list, nobody has to look through it. A guess may be wrong; then there are no more in this body.
 */
function listEnds(body: Buffer, isKnown: (hash: string) => boolean) {
  let guesses = true;
  return (begin: number): { end: number; hash?: string } => {
    const found = guesses ? body.indexOf(usualEnd, begin) : -1;
    if (found < 0) return { end: endOfValue(body, begin) };
    const guess = found + usualEnd.length;
    const hash = hashOf(body.subarray(begin, guess));
    if (isKnown(hash)) return { end: guess, hash };
    const end = endOfValue(body, begin);
    if (end === guess) return { end, hash };
    guesses = false;
    return { end };
  };
}

/** Visits the values of an object's fields; a visit returns the end of the value. Returns the end of the object. */
function walkObject(body: Buffer, begin: number, visit: (name: string, at: number) => number): number {
  if (body[begin] !== openObject) return endOfValue(body, begin);
  let at = afterSpace(body, begin + 1);
  while (body[at] === quote) {
    const endOfName = endOfValue(body, at);
    const name = body.toString('latin1', at + 1, endOfName - 1);
    at = afterSpace(body, endOfName);
    if (body[at] !== colon) break;
    at = afterSpace(body, visit(name, afterSpace(body, at + 1)));
    if (body[at] !== comma) break;
    at = afterSpace(body, at + 1);
  }
  return at + 1;
}

/** The same for the items of a list. */
function walkList(body: Buffer, begin: number, visit: (at: number) => number): number {
  let at = afterSpace(body, begin + 1);
  while (at < body.length && body[at] !== closeList) {
    at = afterSpace(body, visit(at));
    if (body[at] !== comma) break;
    at = afterSpace(body, at + 1);
  }
  return at + 1;
}

function afterSpace(body: Buffer, begin: number): number {
  let at = begin;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1;
  return at;
}

/** The end of the value that begins here; beyond the body where it has none. */
function endOfValue(body: Buffer, begin: number): number {
  const { length } = body;
  let depth = 0;
  let at = begin;
  while (at < length) {
    const byte = body[at] as number;
    if (byte === quote) {
      at += 1;
      while (at < length && body[at] !== quote) at += body[at] === backslash ? 2 : 1;
      if (depth === 0) return at + 1;
    } else if (byte === openList || byte === openObject) depth += 1;
    else if (byte === closeList || byte === closeObject) {
      depth -= 1;
      // Below 0: it is the end of what a number or a word stands in.
      if (depth < 0) return at;
      if (depth === 0) return at + 1;
    } else if (byte === comma && depth === 0) return at;
    at += 1;
  }
  return length + 1;
}
