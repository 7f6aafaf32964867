import type { Clock } from '../core/clock.ts';
import type { Evidence, Trace } from '../core/trace.ts';
import { createRecorder, type Recorder } from '../delivery/recorder.ts';
import type { Load } from '../fleet/load.ts';
import type { FailureRecord, Mapping, RegistrationStore, VtnRecord } from '../store/registration-store.ts';

/** What became of one load, as it is stored. */
export interface LoadResult {
  readonly load: Pick<Load, 'loadId' | 'externalResourceId'> & { readonly storeRef?: unknown };
  readonly venName: string | null;
  readonly outcome:
    | {
        readonly at: 'mapped';
        readonly id: string;
        /** Of what the VTN was told (`sentHashOf`), where this run told it. */
        readonly sentHash?: string | undefined;
        readonly evidence: Evidence;
      }
    | {
        readonly at: 'failed';
        readonly status: number | null;
        readonly reason: string;
        /** Whether it may be on the VTN all the same. */
        readonly trace: Trace;
      };
}

export interface ResultRecorderOptions {
  readonly store: Pick<RegistrationStore, 'record' | 'recordedVtn' | 'recordVtn'>;
  /** The VTN that gives the results: it is written down with the first mapping. */
  readonly vtn: VtnRecord;
  readonly clock: Clock;
  /** Called with results once they are durable. */
  stored(results: readonly LoadResult[]): void;
  /** Called once when the store fails: the job should stop. */
  broken(): void;
}

/**
 * Stores what became of loads while a job goes on, in batches of one transaction each. A mapping that the store
 * refuses, since another load has that resource, becomes a failure.
 */
export function createResultRecorder({
  store,
  vtn,
  clock,
  stored,
  broken,
}: ResultRecorderOptions): Recorder<LoadResult> {
  let isVtnNoted = false;
  const write = async (results: readonly LoadResult[]) => {
    const ended = await recordAll(store, results);
    if (!isVtnNoted && results.some(({ outcome }) => outcome.at === 'mapped')) {
      await noteVtn(store, vtn);
      isVtnNoted = true;
    }
    return ended;
  };
  const recorder = createRecorder<LoadResult>({ write, stored, broken }, clock);
  return {
    ...recorder,
    add({ load: { loadId, storeRef, externalResourceId }, venName, outcome }) {
      // No more of the load than is needed: its site and texts may go.
      recorder.add({ load: { loadId, storeRef, externalResourceId }, venName, outcome });
    },
  };
}

/**
 * Notes the VTN, also as that of these VENs; most often it is the one that is noted already, and nothing is written
 * unless VENs are named.
 */
export async function noteVtn(
  store: Pick<RegistrationStore, 'recordedVtn' | 'recordVtn'>,
  { url, profile }: VtnRecord,
  vens: readonly string[] = [],
): Promise<void> {
  const recorded = await store.recordedVtn();
  if (recorded?.url === url && recorded.profile === profile && vens.length === 0) return;
  await store.recordVtn({ url, profile }, vens);
}

/** Stores results; returns them as they ended up. */
async function recordAll(
  store: Pick<RegistrationStore, 'record'>,
  results: readonly LoadResult[],
): Promise<LoadResult[]> {
  const mappings: Mapping[] = [];
  const failures: FailureRecord[] = [];
  for (const { load, venName, outcome } of results) {
    if (outcome.at === 'mapped') mappings.push(mappingOf(load, venName, outcome));
    else failures.push(failureOf(load, outcome));
  }
  const refused = await store.record(mappings, failures);
  if (refused.length === 0) return [...results];
  const problems = new Map(refused.map(({ loadId, problem }) => [loadId, problem]));
  const ended = results.map((result) => {
    const reason = problems.get(result.load.loadId);
    if (reason === undefined || result.outcome.at !== 'mapped') return result;
    return {
      ...result,
      outcome: { at: 'failed' as const, status: null, reason, trace: 'maybe-sent' as const },
    };
  });
  const clashes = ended.filter(
    (result) => problems.has(result.load.loadId) && result.outcome.at === 'failed',
  );
  await store.record(
    [],
    clashes.map(({ load, outcome }) =>
      failureOf(load, outcome as Extract<LoadResult['outcome'], { at: 'failed' }>),
    ),
  );
  return ended;
}

function mappingOf(
  { loadId, storeRef, externalResourceId }: LoadResult['load'],
  venName: string | null,
  { id, sentHash, evidence }: Extract<LoadResult['outcome'], { at: 'mapped' }>,
): Mapping {
  const vtnResourceId = id;
  return {
    loadId,
    storeRef,
    vtnResourceId,
    externalResourceId,
    venName: venName ?? '',
    sentHash: sentHash ?? null,
    evidence,
  };
}

function failureOf(
  { loadId, storeRef }: LoadResult['load'],
  { status, reason, trace }: Extract<LoadResult['outcome'], { at: 'failed' }>,
): FailureRecord {
  return { loadId, storeRef, status, reason, trace };
}
