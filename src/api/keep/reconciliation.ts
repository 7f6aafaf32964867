import { describeError, VenfleetError } from '../../core/errors.ts';
import type { FleetKeeper, KeptPlan } from './fleet-keeper.ts';
import { agreed, createJobs, type Keeping } from './jobs.ts';
import type { PartWork } from './part.ts';

export const defaultReconcileEverySeconds = 3_600;

/** Registers, compares, and perhaps applies: by its schedule, and when somebody asks for it. */
export interface Reconciliation extends Pick<FleetKeeper, 'register' | 'plan' | 'lastPlan' | 'apply'> {
  work(work: PartWork): Promise<void>;
}

/** Something that a person asked for. */
interface Asked {
  carryOut(work: PartWork): Promise<unknown>;
  /** Who waits for it learns why nothing came of it. */
  fail(error: unknown): void;
}

/** `onAsked`: something is to be done now. */
export function createReconciliation(keeping: Keeping & { readonly onAsked: () => void }): Reconciliation {
  const { options, clock, onAsked } = keeping;
  const everyMs = (options.reconcileEverySeconds ?? defaultReconcileEverySeconds) * 1_000;
  const jobs = createJobs(keeping);
  const queue: Asked[] = [];
  let wake: AbortController | undefined;
  let last: KeptPlan | undefined;
  let dueAt = clock.monotonic();
  let drift = agreed;

  async function plan(work: PartWork, by: 'schedule' | 'person'): Promise<KeptPlan> {
    const made = await jobs.plan(work, by);
    if (!made.result.interrupted) last = made;
    return made;
  }
  async function carryOutAsked(work: PartWork): Promise<void> {
    for (let asked = queue.shift(); asked; asked = queue.shift()) {
      work.begins();
      // What comes of it stands in the log of runs.
      await asked.carryOut(work).catch(asked.fail);
    }
  }
  async function keepTogether(work: PartWork): Promise<void> {
    work.begins();
    await jobs.register(work, 'schedule');
    if (work.signal.aborted) return;
    drift = await jobs.settleDrift(work, await plan(work, 'schedule'));
    dueAt = clock.monotonic() + everyMs;
  }
  function ask(carryOut: Asked['carryOut'], fail: Asked['fail']): void {
    queue.push({ carryOut, fail });
    wake?.abort();
    onAsked();
  }
  const logged = (error: unknown) =>
    options.log?.warn({ problem: describeError(error) }, 'it ended with an error');
  const registerOnce = onceUntilBegun(ask, (work) => jobs.register(work, 'person').catch(logged));

  return {
    async work(work) {
      while (!work.signal.aborted) {
        await carryOutAsked(work);
        if (!work.signal.aborted && clock.monotonic() >= dueAt) await keepTogether(work);
        const ms = dueAt - clock.monotonic();
        if (queue.length > 0 || ms <= 0) continue;
        work.waitsUntil(Math.round(clock.now() + ms), drift);
        wake = new AbortController();
        await clock.sleep(ms, AbortSignal.any([work.signal, wake.signal]));
      }
      // What was asked for and is not begun any more is interrupted, and who waits for it learns so.
      await carryOutAsked(work);
    },
    register: () => void registerOnce(),
    plan: onceUntilBegun(ask, (work) => plan(work, 'person')),
    lastPlan: () => last,
    apply({ planId, maxRemovals }) {
      if (planId !== last?.planId) {
        const problem = 'this plan is not the last any more: plan again';
        throw new VenfleetError('BAD_ARGUMENT', { function: 'apply', problem });
      }
      // What it says is not so any more.
      last = undefined;
      ask(async (work) => {
        const { success } = await jobs.apply(work, 'person', maxRemovals);
        if (success) drift = agreed;
      }, logged);
    },
  };
}

/** Asks for something once, however often it is wanted before it has begun: all of these get what comes of it. */
function onceUntilBegun<T>(
  ask: (carryOut: Asked['carryOut'], fail: Asked['fail']) => void,
  carryOut: (work: PartWork) => Promise<T>,
): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= new Promise((resolve, reject) =>
      ask((work) => {
        asked = undefined;
        return carryOut(work).then(resolve);
      }, reject),
    );
    return asked;
  };
}
