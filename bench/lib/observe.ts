import { connectVtn } from '../../src/api/connect-vtn.ts';
import { VenfleetError } from '../../src/core/errors.ts';
import { mostInFlight, type PacingChoice } from '../../src/delivery/pacing/pacing-choice.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import type { WireRequest } from '../../src/openadr/http/transport.ts';
import { registerFleet } from '../../src/registration/register-fleet.ts';
import { openStore } from '../../src/store/open-store.ts';

/** Every request for a load of one run, in the order of the answers. */
export interface Observed {
  /** When the answer came, seconds from the first request for a load. */
  readonly at: readonly number[];
  /** From sending to answer, milliseconds. */
  readonly rttMs: readonly number[];
  /** 0: no answer. */
  readonly status: readonly number[];
}

export interface ObservedRun {
  readonly dbPath: string;
  readonly vtnUrl: string;
  readonly pacing: PacingChoice;
  /** The run is stopped after so many seconds. */
  readonly seconds: number;
  /** Called when the first load is sent. */
  onFirstLoad?(): void;
}

/** Registers a fleet for some seconds with the whole engine, and notes each request on its way. */
export async function observeRun(run: ObservedRun): Promise<Observed> {
  const observed = { at: [] as number[], rttMs: [] as number[], status: [] as number[] };
  const connections = mostInFlight(run.pacing);
  const { transport, profile } = await connectVtn({ vtnUrl: run.vtnUrl, bearerToken: 'bench', connections });
  const stop = new AbortController();
  let startedAt: number | undefined;
  const begin = () => {
    setTimeout(() => stop.abort(), run.seconds * 1000);
    run.onFirstLoad?.();
    return performance.now();
  };
  const store = await openStore(run.dbPath);
  try {
    await registerFleet({
      store,
      profile,
      signal: stop.signal,
      link: createVtnLink({
        pacing: run.pacing,
        transport: {
          ...transport,
          async send(request: WireRequest) {
            if (!request.path.startsWith('/resources')) return transport.send(request);
            startedAt ??= begin();
            const sentAt = performance.now();
            let status = 0;
            try {
              const response = await transport.send(request);
              status = response.status;
              return response;
            } finally {
              const now = performance.now();
              observed.at.push((now - startedAt) / 1000);
              observed.rttMs.push(now - sentAt);
              observed.status.push(status);
            }
          },
        },
      }),
    });
  } catch (error) {
    if (!(error instanceof VenfleetError)) throw error;
    process.stderr.write(`  the run ended with ${error.code}: ${error.message}\n`);
  } finally {
    await store.close();
    await transport.close();
  }
  return observed;
}
