/** What all tests on the real OpenLEADR begin with: a VTN, cleared for each test, and a fleet's database. */
import { after, before, beforeEach, describe } from 'node:test';
import { createFleet, type Fleet } from './fleet.ts';
import { type OpenLeadr, openLeadrs } from './openleadr.ts';

/** The fleet, the VTN that runs now, and this test's copy of the fleet's database, with nothing registered. */
export let fleet: Fleet;
export let vtn: OpenLeadr;
export let dbPath: string;

/** Takes another copy of the fleet's database, as if nothing had ever been registered from here. */
export function beginAnew(): void {
  dbPath = fleet.fresh();
}

/** Runs suites on OpenLEADR of each generation that is installed; `prepare` comes before each test. */
export async function onEachOpenLeadr(
  prepare: () => Promise<void>,
  suites: (generation: OpenLeadr['generation']) => void,
): Promise<void> {
  for (const candidate of await openLeadrs()) {
    describe(candidate.title, { skip: candidate.skip }, () => {
      before(async () => {
        fleet = await createFleet();
        vtn = await candidate.start();
      });
      after(async () => {
        await vtn?.stop();
        fleet?.close();
      });
      beforeEach(async () => {
        await vtn.clear();
        beginAnew();
        await prepare();
      });
      suites(candidate.generation);
    });
  }
}
