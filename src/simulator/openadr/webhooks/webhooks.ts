import type { Operation } from '../../machine/collection.ts';
import type { Slots } from '../../machine/slots.ts';
import type { SimulatorSwitches } from '../../machine/switches.ts';
import type { Auth } from '../../machine/tokens.ts';
import type { Change, Notices } from '../notices.ts';
import { refuse } from '../problem.ts';
import type { Content, Stored } from '../stored-objects.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { echoes, isLoopback } from './echo.ts';

/** Tells subscriptions of changes, at their callback URLs. */
export interface Webhooks {
  /** Refuses (400) a subscription whose callback URLs are not to be called. Undefined: nobody needs to be asked. */
  confirm(subscription: Content): Promise<void> | undefined;
  /** Tells these subscriptions from now on. */
  serve(subscriptions: Slots<Stored>): void;
  latest: Deliveries['latest'];
  counts: Deliveries['counts'];
  close: Deliveries['close'];
}

interface ObjectOperation {
  readonly objects: readonly string[];
  readonly operations: readonly string[];
  readonly mechanism?: string;
  readonly callbackUrl?: string;
  readonly bearerToken?: string;
}

/** What a subscription may call an operation. */
const wordsFor: Readonly<Record<Operation, readonly string[]>> = {
  CREATE: ['CREATE', 'POST'],
  UPDATE: ['UPDATE', 'PUT'],
  DELETE: ['DELETE'],
};

export function createWebhooks(
  version: '3.0' | '3.1',
  switches: SimulatorSwitches,
  auth: Auth,
  notices: Notices,
): Webhooks {
  const { send, ...deliveries } = createDeliveries(switches);
  const demandAllowed = (url: string) => {
    if (!URL.canParse(url)) refuse(400, `callbackUrl: ${url} is no URL`);
    if (switches.webhooksAnywhere || isLoopback(url)) return;
    refuse(400, `callbackUrl: ${url} is not on this machine (the simulator's switch webhooksAnywhere)`);
  };
  return {
    ...deliveries,
    confirm(subscription) {
      if (!switches.webhooks) return undefined;
      const urls = new Set(webhooksOf(subscription).map(({ callbackUrl }) => callbackUrl));
      for (const url of urls) demandAllowed(url);
      return version === '3.1' && urls.size > 0 ? demandEcho(urls, switches.webhookTimeoutMs) : undefined;
    },
    serve(subscriptions) {
      notices.add({
        isHeard: () => switches.webhooks && subscriptions.size > 0,
        prepare: (change) =>
          [...subscriptions.numbers()].flatMap((n) => {
            const one = subscriptions.get(n) as Stored;
            const wanted = webhooksOf(one.content).filter((operation) => isFor(operation, change));
            if (wanted.length === 0 || !isAbout(one.content, change)) return [];
            const object = change.jsonFor(auth.clientNamed(one.clientId));
            if (object === undefined) return [];
            const body = notices.text(change, object);
            return wanted.map(({ callbackUrl: url, bearerToken: token }) => {
              const { objectType, operation, id } = change;
              const subscription = subscriptions.idOf(n);
              return () => send({ subscription, object: id, objectType, operation, url, token, body });
            });
          }),
      });
    },
  };
}

function webhooksOf({ objectOperations }: Content): (ObjectOperation & { readonly callbackUrl: string })[] {
  return (objectOperations as readonly ObjectOperation[]).flatMap((one) => {
    const { callbackUrl, mechanism = 'WEBHOOK' } = one;
    return mechanism === 'WEBHOOK' && callbackUrl !== undefined ? [{ ...one, callbackUrl }] : [];
  });
}

function isFor({ objects, operations }: ObjectOperation, { objectType, operation }: Change): boolean {
  return objects.includes(objectType) && wordsFor[operation].some((word) => operations.includes(word));
}

/** Whether the program and the targets (3.0, one of them) of a subscription let a change through. */
function isAbout({ programID, targets }: Content, { programId, content }: Change): boolean {
  if (programID !== undefined && programId !== undefined && programID !== programId) return false;
  const wanted = (targets ?? []) as readonly Target[];
  if (wanted.length === 0 || content === undefined) return true;
  const given = (content.targets ?? []) as readonly Target[];
  return wanted.some(({ type, values }) =>
    given.some((one) => one.type === type && one.values.some((value) => values.includes(value))),
  );
}

interface Target {
  readonly type: string;
  readonly values: readonly unknown[];
}

async function demandEcho(urls: Iterable<string>, timeoutMs: number): Promise<void> {
  for (const url of urls) {
    if (!(await echoes(url, timeoutMs)))
      refuse(400, `callbackUrl: ${url} did not answer "echo" with what it was given`);
  }
}
