import type { Manner } from '../machine/collection.ts';
import type { Call } from '../machine/dialect.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Auth } from '../machine/tokens.ts';
import { identifying } from './identify.ts';
import { bodyBytes, parseJson } from './json-body.ts';
import { idOf } from './list-query.ts';
import { createNotices, type Notices } from './notices.ts';
import { createOpenAdrFleet, type OpenAdrFleet } from './openadr-fleet.ts';
import { problem } from './problem.ts';
import { createReports, type Reports } from './reports/reports.ts';
import { createStamps, type Stamps } from './stamps.ts';
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts';

export type Version = '3.0' | '3.1';

/** What all collections of an OpenADR VTN share. */
export interface Vtn {
  readonly version: Version;
  readonly switches: SimulatorSwitches;
  readonly manner: Manner;
  readonly fleet: OpenAdrFleet;
  readonly stamps: Stamps;
  readonly reports: Reports;
  readonly notices: Notices;
  readonly webhooks: Webhooks;
}

/** `challenge`: the `WWW-Authenticate` header of a 401, or none. */
export function createVtn(
  version: Version,
  switches: SimulatorSwitches,
  auth: Auth,
  { challenge, seed }: { readonly challenge: string | undefined; readonly seed: number },
): Vtn {
  const stamps = createStamps();
  const manner = {
    switches,
    identify: identifying(auth, switches, challenge),
    id: idOf,
    body: (call: Call) => parseJson(bodyBytes(call, switches).toString()),
    problem,
    missing: () => problem(404),
    exists: () => problem(409, 'Conflict'),
  };
  const fleet = createOpenAdrFleet(switches, stamps);
  const notices = createNotices(version, switches, seed);
  const webhooks = createWebhooks(version, switches, auth, notices);
  const reports = createReports(switches);
  return { version, switches, manner, fleet, stamps, reports, notices, webhooks };
}
