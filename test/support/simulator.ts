import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.ts';
import { readLoads } from './fleet-database.ts';

/** A VTN simulator that is gone when the test is over. */
export async function simulatorFor(t: TestContext, options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  t.after(() => simulator.close());
  return simulator;
}

/**
 * The promise of the whole project: the VTN holds exactly one resource for each load that the database says
 * is registered, under that very id, and (`complete`) that is every load.
 */
export function assertOneToOne(path: string, simulator: Simulator, options = { complete: true }): void {
  const onVtn = new Map<string, string[]>();
  for (const { id, externalId = '(none)' } of simulator.resources()) {
    onVtn.set(externalId, [...(onVtn.get(externalId) ?? []), id]);
  }
  for (const load of readLoads(path)) {
    const held = onVtn.get(`${load.resource_id}_${load.load_component}`) ?? [];
    if (load.registration_status === 'APPROVED') assert.deepEqual(held, [load.vtn_resource_id], load.load_id);
    else assert.ok(!options.complete, `${load.load_id} is ${load.registration_status}`);
    assert.ok(held.length <= 1, `${load.load_id} is ${held.length} times on the VTN`);
  }
}
