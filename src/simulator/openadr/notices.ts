import { randomUUID } from 'node:crypto';
import { seededRandom } from '../../core/random.ts';
import type { Asking, Operation, Rules } from '../machine/collection.ts';
import { Refusal } from '../machine/refusal.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Caller } from '../machine/tokens.ts';
import type { ListQuery } from './list-query.ts';
import type { Content } from './stored-objects.ts';

/** What was done with one object. */
export interface Change {
  readonly objectType: 'PROGRAM' | 'EVENT' | 'REPORT' | 'SUBSCRIPTION' | 'VEN' | 'RESOURCE';
  readonly operation: Operation;
  readonly id: string;
  /** Of the program that the object is, or belongs to. */
  readonly programId?: string | undefined;
  /** Of the VEN that the object is, or belongs to. */
  readonly venId?: string | undefined;
  /** What was stored, where it is kept whole. */
  readonly content?: Content | undefined;
  /** The object as JSON as this caller sees it; undefined where it does not. */
  jsonFor(caller: Caller): string | undefined;
}

/** One way to tell of changes. */
export interface Teller {
  /** Whether there is anybody to tell. */
  isHeard(): boolean;
  /** What is to be sent of a change, as things are now. */
  prepare(change: Change): readonly (() => void)[];
}

export interface Notices {
  add(teller: Teller): void;
  /** Makes ready to tell of a change, as things are now; undefined where nobody is to be told. */
  prepare(change: () => Change): (() => void) | undefined;
  /** A notification as JSON. */
  text(change: Change, object: string): string;
  counts(): { readonly lost: number; readonly repeated: number };
}

/** The words of 3.0.1's schema `notification`, and of the examples of its definition. */
const httpWords = { CREATE: 'POST', UPDATE: 'PUT', DELETE: 'DELETE' } as const;

export function createNotices(version: '3.0' | '3.1', switches: SimulatorSwitches, seed: number): Notices {
  const tellers: Teller[] = [];
  const loss = seededRandom(seed + 6);
  const twice = seededRandom(seed + 7);
  let lost = 0;
  let repeated = 0;
  const send = (one: () => void) => {
    if (switches.noticeLossRate > 0 && loss() < switches.noticeLossRate) {
      lost += 1;
      return;
    }
    one();
    if (switches.noticeTwiceRate === 0 || twice() >= switches.noticeTwiceRate) return;
    repeated += 1;
    one();
  };
  return {
    add: (teller) => void tellers.push(teller),
    prepare(changeOf) {
      const heard = tellers.filter((teller) => teller.isHeard());
      if (heard.length === 0) return undefined;
      const change = changeOf();
      const all = heard.flatMap((teller) => teller.prepare(change));
      return () => all.forEach(send);
    },
    text({ objectType, operation }, object) {
      const { noticeWords: words, notifiersAs } = switches;
      const inHttp = words === 'POST' || (words === 'version' && version === '3.0');
      const isOpenLeadr = version === '3.1' && notifiersAs === 'openleadr';
      const head = JSON.stringify({
        ...(isOpenLeadr && { id: randomUUID() }),
        objectType,
        operation: inHttp ? httpWords[operation] : operation,
      });
      return `${head.slice(0, -1)},"object":${object}}`;
    },
    counts: () => ({ lost, repeated }),
  };
}

/** Whether a caller would be told of a VEN or resource that it asked for. */
export function maySee<A>(
  { demand, reaches }: Pick<Rules<A, ListQuery>, 'demand' | 'reaches'>,
  caller: Caller,
  venId: string,
  n: number,
): boolean {
  const asking: Asking<ListQuery> = { action: 'get', caller, venId, query: undefined };
  try {
    demand?.(asking);
    return reaches(asking, n);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
