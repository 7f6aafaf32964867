/**
 * Registers the whole reference fleet (116,412 loads) on the real OpenLEADR of both generations, proves that each
 * load has a resource of its own, registers again, and prints what it took: `node test/interop/whole-fleet.ts`.
 * Argument: requests in flight (default: venfleet's own).
 */
import assert from 'node:assert/strict';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import type { RegistrationSummary } from '../../src/registration/registration-events.ts';
import { execute } from '../support/fleet-database.ts';
import { assertOneToOne, createFleet, loadsOf, registrationAt, resourcesOn } from './fleet.ts';
import { type OpenLeadr, openLeadrs } from './openleadr.ts';

const asked = process.argv[2];
const fleet = await createFleet();
try {
  for (const candidate of await openLeadrs()) {
    if (candidate.skip !== false) {
      console.log(`${candidate.title}: skipped, ${candidate.skip}`);
      continue;
    }
    const vtn = await candidate.start();
    try {
      console.log(candidate.title);
      console.table(await registerWhole(vtn, fleet.fresh()));
    } finally {
      await vtn.stop();
    }
  }
} finally {
  fleet.close();
}

async function registerWhole(vtn: OpenLeadr, dbPath: string) {
  const pacing = { kind: 'window', concurrency: Number(asked) } as const;
  const options: RegisterOptions = {
    dbPath,
    ...registrationAt(vtn),
    ...(asked !== undefined && { pacing }),
  };
  const first = succeeded(await register(options));
  const loads = await assertOneToOne(dbPath, vtn);
  assert.equal(first.loads.registered, loads);

  const second = succeeded(await register(options));
  assert.equal(second.loads.registered, 0);
  assert.equal(await resourcesOn(vtn), loads);

  const before = loadsOf(dbPath);
  execute(
    dbPath,
    `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING'
     WHERE resource_id IN (SELECT resource_id FROM resources WHERE ven = 'Aarhus')`,
  );
  const found = succeeded(await register(options));
  assert.deepEqual(loadsOf(dbPath), before);
  assert.equal(await resourcesOn(vtn), loads);
  return {
    'the whole fleet': figures(first),
    'a second run': figures(second),
    'Aarhus forgotten and found again': figures(found),
  };
}

function succeeded(summary: RegistrationSummary): RegistrationSummary {
  assert.ok(summary.success, JSON.stringify(summary.failures.slice(0, 3)));
  return summary;
}

function figures({ loads, elapsedSeconds, loadsPerSecond }: RegistrationSummary) {
  return { registered: loads.registered, seconds: elapsedSeconds, 'loads/s': loadsPerSecond };
}
