import type { ProfileName } from '../../src/profiles/choose-profile.ts';
import type { DuplicateAnswer, SimulatorOptions } from '../../src/simulator/index.ts';

/** A kind of VTN to be killed against. */
export interface Scenario {
  readonly name: string;
  readonly profile: ProfileName;
  readonly duplicates: DuplicateAnswer;
}

const flex = (duplicates: DuplicateAnswer): Scenario => ({
  name: `flex-gateway, duplicates: ${duplicates}`,
  profile: 'flex-gateway',
  duplicates,
});

/** OpenADR knows one way of refusing a duplicate: 409 without an id. */
const openAdr = (profile: ProfileName): Scenario => ({ name: profile, profile, duplicates: '409' });

export const scenarios: readonly Scenario[] = [
  flex('accept'),
  flex('409'),
  openAdr('openadr-3.1'),
  flex('500'),
  openAdr('openadr-3.0'),
  flex('accept'),
  flex('409-id'),
  flex('existing-200'),
  flex('existing-201'),
];

/** Switches of the simulator that make it an awkward one. */
export function vtnOptions({ profile, duplicates }: Scenario, seed: number): SimulatorOptions {
  return {
    dialect: profile,
    duplicates,
    venDuplicates: duplicates === 'accept' ? '409' : duplicates,
    latencyMs: 15,
    latencyJitterMs: 20,
    errorRate: 0.1,
    dropRate: 0.05,
    maxRate: 800,
    rateModel: 'bucket',
    retryAfterS: 0,
    seed,
  };
}
