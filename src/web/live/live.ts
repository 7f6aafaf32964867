import { useEffect, useState } from 'preact/hooks';
import type { EventsAnswer } from '../../server/schemas/events.ts';
import type { Overview } from '../../server/schemas/overview.ts';
import type { Matrix } from '../../server/schemas/vens.ts';
import { address, ask, readSession } from '../api.ts';
import { mergeMatrix, type Sample, withSample } from './merge.ts';

/** What the page knows of the fleet, as the server last said it. */
export interface Live {
  readonly overview?: Overview;
  readonly matrix?: Matrix;
  readonly events?: EventsAnswer;
  /** `login`: the server wants a token before it shows anything. */
  readonly connection: 'connecting' | 'open' | 'lost' | 'login';
  /** The viewer has given the token. */
  readonly isLoggedIn?: boolean;
  /** When something last came, milliseconds since 1970 by this machine's clock. */
  readonly heard?: number;
  /** Requests per second to the VTN, and what of the run came to an end per second, lately. */
  readonly requestRate: readonly Sample[];
  readonly runRate: readonly Sample[];
}

let live: Live = { connection: 'connecting', requestRate: [], runRate: [] };
const listeners = new Set<(live: Live) => void>();

function change(part: Partial<Live>): void {
  live = { ...live, ...part };
  for (const listener of listeners) listener(live);
}

/** What is known now, and again whenever that changes. */
export function useLive(): Live {
  const [seen, see] = useState(live);
  useEffect(() => {
    see(live);
    listeners.add(see);
    return () => {
      listeners.delete(see);
    };
  }, []);
  return seen;
}

const retryMs = 2_000;
let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Connects, and connects again whenever it is lost. A second call begins anew: after a login. */
export function connect(): void {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(address('live'));
  source.addEventListener('open', () => change({ connection: 'open', heard: Date.now() }));
  void hearSession();
  source.addEventListener('overview', ({ data }) => hearOverview(JSON.parse(data)));
  source.addEventListener('matrix', ({ data }) =>
    change({ heard: Date.now(), matrix: mergeMatrix(live.matrix, JSON.parse(data)) }),
  );
  source.addEventListener('events', ({ data }) => change({ heard: Date.now(), events: JSON.parse(data) }));
  source.addEventListener('error', () => void lose());
}

/** Learns whether the viewer has given the token: after each login. */
export async function hearSession(): Promise<void> {
  const session = await readSession();
  if (session) change({ isLoggedIn: session.given });
}

/** Ends the session, and begins anew: nothing of what was shown stays. Throws `Problem`. */
export async function logOut(): Promise<void> {
  await ask('session', { method: 'DELETE' });
  location.reload();
}

function hearOverview(overview: Overview): void {
  const at = Date.parse(overview.at);
  const { run } = overview;
  const isSameRun = run !== null && run.runId === live.overview?.run?.runId;
  change({
    connection: 'open',
    heard: Date.now(),
    overview,
    requestRate: withSample(live.requestRate, [at, overview.vtn.requests.perSecond]),
    runRate: run ? withSample(isSameRun ? live.runRate : [], [at, run.perSecond ?? 0]) : [],
  });
}

/** An EventSource does not say why it ended, and ends for good where the answer was no stream: so it is asked and begun anew. */
async function lose(): Promise<void> {
  source?.close();
  clearTimeout(retry);
  const session = await readSession();
  if (session?.needed === 'to-look' && !session.given) {
    change({ connection: 'login' });
    return;
  }
  change({ connection: 'lost' });
  retry = setTimeout(connect, retryMs);
}
