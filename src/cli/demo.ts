import { holdsFleet } from '../api/generate-fleet.ts';
import type { CommandDefinition } from './command.ts';
import { madeSentence, makeFleet } from './generate.ts';
import { usedServiceLocation } from './options/service-location.ts';
import { registrationOptions, runRegistration } from './register.ts';
import { print } from './render/output.ts';
import { startSimulatorThread } from './simulator-thread.ts';

const demoOptions = [...registrationOptions, 'profile', 'serviceLocation'] as const;

export const demo: CommandDefinition<(typeof demoOptions)[number]> = {
  name: 'demo',
  description:
    'The fleet (287 VENs, 19,402 sites, 116,412 loads) is made where the database is absent or empty. ' +
    'The simulator lives as long as the command. A second run finds nothing to do: the database has the ids that ' +
    "the first run's simulator gave.",
  options: demoOptions,
  examples: ['venfleet demo', 'venfleet demo --limit-vens 2 --batch-size 20'],
  async run(context) {
    const { values, signal, log } = context;
    const location = usedServiceLocation(context);
    const say = (line: string) => values.json || print(line);
    // An interrupted first run leaves a database without sites.
    if (!(await holdsFleet(values.db))) {
      const made = await makeFleet({ dbPath: values.db, wait: values.wait, signal, log });
      if (!made) return 130;
      say(madeSentence(values.db, made));
    }
    const { profile } = values;
    const simulator = await startSimulatorThread({ dialect: profile, ...location });
    log.info({ url: simulator.url, profile }, 'simulator listens');
    try {
      say(`VTN simulator (${profile}) listening on ${simulator.url}`);
      // The simulator has the second processor already; a demo should not need much memory.
      const lean = { readingThread: false };
      // Each run has a simulator of its own, so that no database is of this one.
      const ifOtherVtn = 'keep' as const;
      const vtn = {
        vtnUrl: simulator.url,
        bearerToken: 'demo',
        profile,
        ...location,
        ifOtherVtn,
        ...lean,
      };
      return await runRegistration(context, vtn, {
        already: ['.', "Their ids are of an earlier run's simulator, which is gone; this run's is empty."],
      });
    } finally {
      await simulator.stop();
    }
  },
};
