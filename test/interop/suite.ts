/** What all tests on the real OpenLEADR begin with: a VTN, cleared for each test, and a fleet's database. */
import { after, before, beforeEach, describe } from 'node:test';
import { createFleet, type Fleet } from './fleet.ts';
import { type Broker, findMosquitto, startMosquitto } from './mosquitto.ts';
import { type Candidate, type OpenLeadr, openLeadrs } from './openleadr.ts';

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
  for (const candidate of await openLeadrs()) on(candidate, prepare, suites);
}

/** Runs suites on OpenLEADR with an MQTT broker, which only that for OpenADR 3.1 can have. */
export async function withBroker(prepare: () => Promise<void>, suites: () => void): Promise<void> {
  const mosquitto = findMosquitto();
  const isMissing = typeof mosquitto === 'string';
  if (isMissing && process.env.TEST_VENFLEET_INTEROP === 'required') throw new Error(mosquitto);
  let broker: Broker | undefined;
  for (const { title, skip, start, generation } of await openLeadrs()) {
    if (generation === '3.0') continue;
    const candidate = {
      title: `${title} with Mosquitto`,
      skip: skip || (isMissing && mosquitto),
      async start() {
        broker = await startMosquitto(isMissing ? '' : mosquitto.file);
        // It wants all three, though this broker heeds no password.
        return start({ MQTT_URL: broker.url, MQTT_USERNAME: 'vtn', MQTT_PASSWORD: 'any' });
      },
      generation,
    };
    on(candidate, prepare, suites, () => broker?.stop());
  }
}

function on(
  candidate: Candidate,
  prepare: () => Promise<void>,
  suites: (generation: OpenLeadr['generation']) => void,
  atEnd?: () => Promise<void> | undefined,
): void {
  describe(candidate.title, { skip: candidate.skip }, () => {
    before(async () => {
      fleet = await createFleet();
      vtn = await candidate.start();
    });
    after(async () => {
      await vtn?.stop();
      await atEnd?.();
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
