import { VenfleetError } from '../core/errors.ts';
import { withoutIds } from './failure-reasons.ts';

export const defaultMaxFailures = 300;

/** VENs of which loads must have failed: one may be refused for reasons of its own. */
const fewestVens = 3;

/** Why a load failed that the VTN was told of, or would have been. */
interface Failed {
  readonly venName: string | null;
  readonly loadId: string;
  readonly externalResourceId: string;
  readonly status: number | null;
  readonly reason: string;
}

/** Watches whether a job is hopeless: its first loads all fail for one reason, but for ids in it, and none succeeds. */
export interface FailureBound {
  succeeded(): void;
  /** Throws TOO_MANY_FAILURES. */
  failed(load: Failed): void;
}

/**
 * `most`: so many failed loads are enough, of three VENs or of all of the job's; 0: any number is allowed. `vens`: how many
 * the run is about.
 */
export function createFailureBound(
  most: number,
  vens: number,
  { likelyCause }: { likelyCause?(reason: string): string | undefined },
): FailureBound {
  let first: string | undefined;
  let loads = 0;
  let isHopeless = most > 0;
  const venNames = new Set<string | null>();
  return {
    succeeded() {
      isHopeless = false;
    },
    failed({ venName, status, reason, ...ids }) {
      if (!isHopeless) return;
      const shared = withoutIds(reason, ids);
      first ??= shared;
      if (shared !== first) isHopeless = false;
      loads++;
      venNames.add(venName);
      if (!isHopeless || loads < most || venNames.size < Math.min(fewestVens, vens)) return;
      const cause = likelyCause?.(reason) ?? causeOf(status);
      throw new VenfleetError('TOO_MANY_FAILURES', { loads, problem: reason, cause });
    },
  };
}

function causeOf(status: number | null): string {
  if (status === 401 || status === 403)
    return 'The client may lack a scope or a role: see --scope, and what the VTN grants it';
  return 'See whether --vtn-url and --profile are right';
}
