import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createVtnLink, type VtnLink } from '../../../src/delivery/vtn-link.ts';
import type { Hint, HintListener } from '../../../src/events/receive/hint.ts';
import { createTransport, staticToken } from '../../../src/openadr/http/http.ts';
import type { Transport } from '../../../src/openadr/http/transport.ts';
import { fastClock } from '../../support/test-clock.ts';

/** A link to a VTN, with a token for each VEN, or one for all; its waits are so many times as short. */
export function linkTo(
  t: TestContext,
  url: string,
  tokens: string | ((venName: string) => string),
  times = 1_000,
): VtnLink {
  const base = createTransport({
    url,
    tokens: staticToken(typeof tokens === 'string' ? tokens : undefined),
    connections: 4,
  });
  t.after(() => base.close({ abandon: true }));
  const transport: Transport =
    typeof tokens === 'string'
      ? base
      : {
          ...base,
          ownCredentials: true,
          send: (request, standAside) =>
            base.withTokens(staticToken(tokens(request.as ?? ''))).send(request, standAside),
        };
  return createVtnLink({ transport, pacing: { kind: 'adaptive' }, clock: fastClock(times) });
}

/** Remembers what it is told. */
export function ears() {
  const hints: Hint[] = [];
  const states: (string | null)[] = [];
  const listener: HintListener = {
    onHint: (hint) => hints.push(hint),
    onState: (_via, problem) => states.push(problem),
  };
  return { hints, states, listener };
}

/** Waits for something to become true; fails where it does not. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + 10_000;
  while (!(await isTrue())) {
    assert.ok(performance.now() < endsAt, `it never came to ${isTrue}`);
    await turn();
  }
}
