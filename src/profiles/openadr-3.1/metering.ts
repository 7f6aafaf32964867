import type { MeteringOptions, MeteringProfile } from '../metering-profile.ts';
import { openAdrMetering } from '../openadr/metering.ts';

/** How meter data are reported in OpenADR 3.1: a report names its event alone. Throws REPORT_ANCHOR. */
export function openAdr31Metering(options: MeteringOptions): MeteringProfile {
  return openAdrMetering({ name: 'openadr-3.1', namesProgram: false }, options);
}
