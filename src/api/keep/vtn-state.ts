import { describeError } from '../../core/errors.ts';
import { takesNothing } from '../../delivery/give-up.ts';
import type { VtnLink } from '../../delivery/vtn-link.ts';
import type { VtnState } from './fleet-keeper.ts';
import type { RequestMeter } from './request-meter.ts';

/** How the VTN is, as the link to it knows. */
export function vtnStateOf(link: VtnLink, profile: string, meter: RequestMeter): VtnState {
  const { inFlight, window, learnedPerSecond } = link.pacing.gate.state();
  return {
    url: link.transport.url,
    profile,
    ...healthOf(link),
    requests: { inFlight, window, learnedPerSecond, ...meter.rates() },
    waits: link.waits.totals().vtn,
  };
}

function healthOf({ health, clock }: VtnLink): Pick<VtnState, 'state' | 'sinceMs' | 'problem'> {
  const at = (since: number) => Math.round(clock.now() - (clock.monotonic() - since));
  const tokenless = health.tokenless();
  if (tokenless) {
    return { state: 'refusing-token', sinceMs: at(tokenless.since), problem: describeError(tokenless.error) };
  }
  const silence = health.silence();
  if (silence) return { state: 'silent', sinceMs: at(silence.since), problem: describeError(silence.error) };
  const refusal = health.refusal();
  if (refusal) {
    const problem = refusal.reason || `HTTP ${refusal.status}`;
    return { state: 'refusing-token', sinceMs: at(refusal.since), problem };
  }
  const busyness = health.busyness();
  if (busyness && takesNothing(health)) {
    const problem = busyness.reason || `HTTP ${busyness.status}`;
    return { state: 'busy', sinceMs: at(busyness.since), problem };
  }
  return { state: health.hasAnswered() ? 'answering' : 'unknown', sinceMs: null, problem: null };
}
