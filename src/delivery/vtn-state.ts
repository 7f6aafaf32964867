import type { WireRequest } from '../openadr/http/transport.ts';
import { attempt, endingOf } from './attempt.ts';
import type { Answer } from './outcome.ts';
import type { Sender } from './sender.ts';
import { isBusyStatus } from './vtn-health.ts';

/** How a VTN is just now: it takes requests, refuses the token whatever is asked, or says nothing but "not now" if anything. */
export type VtnState = 'takes' | 'refuses-token' | 'silent';

/**
 * Looks how the VTN is, with the harmless requests of a job; undefined where the job was aborted, or has none. Who asks
 * while a look is under way gets the next one, since what made them ask may be newer; all who wait share it. Throws what
 * ends the whole job (see `exchange`).
 */
export function lookAtVtn(sender: Sender): Promise<VtnState | undefined> {
  const looks = looksOf.get(sender) ?? {};
  looksOf.set(sender, looks);
  const begin = () => {
    looks.next = undefined;
    const look = lookOnce(sender).finally(() => {
      if (looks.present === look) looks.present = undefined;
    });
    looks.present = look;
    return look;
  };
  if (looks.present === undefined) return begin();
  looks.next ??= looks.present.then(begin, begin);
  return looks.next;
}

interface Looks {
  present?: Promise<VtnState | undefined> | undefined;
  next?: Promise<VtnState | undefined> | undefined;
}

const looksOf = new WeakMap<Sender, Looks>();

async function lookOnce(sender: Sender): Promise<VtnState | undefined> {
  let isRefused = false;
  const requests = sender.harmless();
  if (requests.length === 0) return undefined;
  for (const request of requests) {
    const status = await statusOf(request, sender);
    if (status === undefined) return undefined;
    if (status === 401 || status === 403) isRefused = true;
    else if (status !== null && !isBusyStatus(status)) return 'takes';
  }
  return isRefused ? 'refuses-token' : 'silent';
}

/** The status of the answer, null where there is none; undefined where the job was aborted. */
async function statusOf(request: WireRequest, sender: Sender): Promise<number | null | undefined> {
  const read = ({ status }: { status: number }): Answer<number> =>
    isBusyStatus(status) ? { kind: 'failed', status, reason: '' } : { kind: 'done', value: status };
  const outcome = await sender.entrance.pass(
    (standAside) => attempt(request, read, 'failed', sender, standAside),
    endingOf,
  );
  if (outcome === undefined) return undefined;
  return outcome.kind === 'done' ? outcome.value : outcome.status;
}
