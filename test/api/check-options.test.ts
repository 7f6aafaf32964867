import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  apply,
  deregister,
  importFleet,
  plan,
  register,
  registerVenResource,
  sampleRegistration,
  status,
  withFleetKeeper,
} from '../../src/index.ts';

const vtnUrl = 'http://127.0.0.1:1';

/** What a fleet cannot be kept with. */
const wrongKeepers: readonly [options: object, says: RegExp][] = [
  [{ vtnUrl: undefined }, /^withFleetKeeper\(\): "vtnUrl": /],
  [{ reconcileEvery: 60 }, /"reconcileEvery"/],
  [{ reconcileEverySeconds: 0 }, /"reconcileEverySeconds": /],
  [{ onDrift: 'repair' }, /"onDrift": /],
  [{ maxRemovals: -1 }, /"maxRemovals": /],
  [{ stopWithinMs: -1 }, /"stopWithinMs": /],
  [{ scope: { vens: ['Aalborg'] } }, /"scope"/],
  [{ events: {} }, /"events\.sinks": /],
  [{ events: { sinks: [] } }, /"events\.sinks": /],
  [{ events: { sinks: [{}], once: true } }, /"events": .*"once"/],
  [{ events: { sinks: [{}], webhook: {} } }, /"events\.webhook\.publicUrl": /],
  [{ reports: { meterData: '' } }, /"reports\.meterData": /],
  [{ reports: { meterData: 'x.h5', wait: true } }, /"reports": .*"wait"/],
  [{ clientIdTemplate: 'x' }, /"clientIdTemplate" is for profile openadr-3\.1,/],
];

test('a wrong option of the library is one error with a code, before anything is opened', async () => {
  const wrong: [given: () => Promise<unknown>, says: RegExp][] = [
    [() => register({ vtnUrl, dbpath: 'x.db' } as never), /^register\(\): .*"dbpath"/],
    [() => register({ vtnUrl, pacing: { kind: 'window', concurrency: -5 } }), /"pacing\.concurrency": /],
    [() => register({ vtnUrl, pacing: { kind: 'foo' } } as never), /"pacing(\.kind)?": /],
    [() => register({} as never), /"vtnUrl": /],
    [() => register({ vtnUrl, pacing: { kind: 'adaptive', maxRate: 1_000_001 } }), /"pacing\.maxRate": /],
    [() => register({ vtnUrl, pacing: { kind: 'adaptive', maxRate: 0 } }), /"pacing\.maxRate": /],
    [() => register({ vtnUrl, scope: { limitVens: 10_000_001 } }), /"scope\.limitVens": /],
    [
      () => register({ vtnUrl, retry: { maxAttempts: 1, baseMs: 1, capMs: 1, graceMs: 120_001 } }),
      /"retry\.graceMs": /,
    ],
    [() => register({ vtnUrl, log: { info() {} } } as never), /"log": must have debug, info, warn and error/],
    [() => importFleet({ files: 'a.csv' } as never), /^importFleet\(\): "files": /],
    [() => importFleet({ files: [{ name: 'a', bytes: 'title' }] } as never), /"files\.0/],
    [() => plan({ vtnUrl, profile: 'seed' } as never), /^plan\(\): "profile": /],
    [
      () => plan({ vtnUrl, profile: 'openadr-3.1', serviceLocation: 'object' }),
      /^plan\(\): "serviceLocation" is for profile flex-gateway, and openadr-3\.1 has no use for it\./,
    ],
    [
      () => apply({ vtnUrl, role: 'BL' }),
      /"role" is for profile openadr-3\.0, openadr-3\.1, and flex-gateway/,
    ],
    [
      () => register({ vtnUrl, profile: 'openadr-3.0', clientIdTemplate: 'x' }),
      /"clientIdTemplate" is for profile openadr-3\.1,/,
    ],
    [
      () => deregister({ vtnUrl, vens: ['x'], venCredentials: {} }),
      /"venCredentials" is for profile openadr/,
    ],
    [
      () => registerVenResource({} as never, { vtnUrl, role: 'VEN' }),
      /^registerVenResource\(\): "role" is for/,
    ],
    [() => apply({ vtnUrl, scope: { ven: ['Aalborg'] } } as never), /^apply\(\): "scope": .*"ven"/],
    [() => deregister({ vtnUrl } as never), /^deregister\(\): "vens": /],
    [() => status({ db: 'x.db' } as never), /^status\(\): .*"db"/],
    [() => sampleRegistration({ vtnUrl, batchSize: 0 }), /"pacing\.batchSize": /],
    [() => sampleRegistration({ vtnUrl, limitVen: 2 } as never), /"limitVen"/],
    ...wrongKeepers.map(([options, says]): [() => Promise<unknown>, RegExp] => [
      () => withFleetKeeper({ vtnUrl, ...options } as never, () => assert.fail('it has begun')),
      says,
    ]),
  ];
  for (const [given, message] of wrong)
    await assert.rejects(given, { code: 'BAD_ARGUMENT', message }, String(given));
});
