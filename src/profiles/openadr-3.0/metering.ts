import type { MeteringOptions, MeteringProfile } from '../metering-profile.ts';
import { openAdrMetering } from '../openadr/metering.ts';

/** How meter data are reported in OpenADR 3.0: a report names its program as well as its event. Throws REPORT_ANCHOR. */
export function openAdr30Metering(options: MeteringOptions): MeteringProfile {
  return openAdrMetering({ name: 'openadr-3.0', namesProgram: true }, options);
}
