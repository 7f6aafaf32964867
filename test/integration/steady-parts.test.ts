import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { register } from '../../src/api/register.ts';
import type { FleetKeeperOptions, KeeperNote, PartName, PartState } from '../../src/api/with-fleet-keeper.ts';
import { temporaryFolder } from '../support/fleet-database.ts';
import { keep } from '../support/kept-fleet.ts';
import { type FleetToReport, fleetToReport } from '../support/registered-fleet.ts';
import { type Fate, type TroubledRequest, troubledVtn } from '../support/troubled-vtn.ts';

/** How a part fails on a VTN that is registered on, and what it is then. */
interface Trouble {
  readonly part: PartName;
  readonly how: string;
  readonly fateOf: (request: TroubledRequest) => Fate;
  readonly options?: (t: TestContext, fleet: FleetToReport) => Partial<FleetKeeperOptions>;
  readonly code: string;
  /** What it is once it works again. */
  readonly well: PartState['state'];
}

const refused =
  (path: RegExp): Trouble['fateOf'] =>
  (request) =>
    path.test(request.path) ? 401 : 'pass';
const events: Trouble['options'] = (t) => ({
  events: {
    sinks: [{ kind: 'file', name: 'file', path: join(temporaryFolder(t), 'told.ndjson') }],
    pollSeconds: 1,
  },
});

const troubles: readonly Trouble[] = [
  {
    part: 'reconciliation',
    how: 'a VTN that cannot be listed',
    fateOf: ({ method, path }) => (method === 'GET' && /^\/resources\b/.test(path) ? 422 : 'pass'),
    code: 'VTN_NO_LISTING',
    well: 'waiting',
  },
  {
    part: 'reconciliation',
    how: 'a VTN that cuts every connection',
    fateOf: () => 'cut',
    code: 'VTN_UNREACHABLE',
    well: 'waiting',
  },
  {
    part: 'events',
    how: 'a token that may not read events',
    fateOf: refused(/./),
    options: events,
    code: 'VTN_TOKEN_REFUSED',
    well: 'working',
  },
  {
    part: 'reports',
    how: 'a token that is refused',
    fateOf: refused(/./),
    options: (_, { meterData, anchor }) => ({
      reports: { meterData, anchor, replayFrom: new Date('2025-01-15T23:30:00Z'), speed: 3_600 },
    }),
    code: 'VTN_TOKEN_REFUSED',
    well: 'working',
  },
];

for (const { part, how, fateOf, options, code, well } of troubles)
  test(`${part}, ${how}: degraded all the time, said once, until it works`, async (t) => {
    const fleet = await fleetToReport(t);
    let isTroubled = false;
    const { url } = await troubledVtn(t, fleet.vtn.vtnUrl, (of) => (isTroubled ? fateOf(of) : 'pass'));
    const vtn = { ...fleet.vtn, vtnUrl: url, dbPath: fleet.dbPath };
    await register({ ...vtn, ifOtherVtn: 'same' });
    isTroubled = true;
    const warnings: { part?: string }[] = [];
    const log = { debug() {}, info() {}, error() {}, warn: (fields: object) => void warnings.push(fields) };
    const kept = await keep(t, { ...vtn, log, ...options?.(t, fleet) });
    const isTriedAgain = (note: KeeperNote) =>
      note.type === 'part' && note.part.name === part && note.part.nextMs !== null;
    for (let failures = 0; failures < 2; failures++) await kept.until(isTriedAgain);
    isTroubled = false;
    await kept.untilPart(part, well);
    const states = kept.notes.flatMap((note) =>
      note.type === 'part' && note.part.name === part ? [note.part] : [],
    );
    const first = states.findIndex(({ state }) => state === 'degraded');
    const last = states.findLastIndex(({ state }) => state === 'degraded');
    const between = states.slice(first, last + 1);
    assert.deepEqual(new Set(between.map(({ state }) => state)), new Set(['degraded']));
    assert.equal(new Set(between.map(({ problem }) => problem)).size, 1, JSON.stringify(between));
    assert.equal(between[0]?.code, code);
    assert.equal(states[last + 1]?.problem, null);
    assert.equal(warnings.filter((fields) => fields.part === part).length, 1);
  });
