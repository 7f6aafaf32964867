import type { AnchorProfile } from '../anchor-profile.ts';
import type { MeteringOptions } from '../metering-profile.ts';
import { openAdrAnchor } from '../openadr/anchor.ts';

/**
 * How the program and the event are made that reports are filed under, in OpenADR 3.0. Its events must have an interval with
 * a payload; the User Guide's for events that only ask for reports says that it is not used. A period without end (P9999Y)
 * keeps the event from being over.
 */
export function openAdr30Anchor(options: Pick<MeteringOptions, 'measures'>): AnchorProfile {
  const unused = { type: 'REQUIRED_BUT_NOT_USED', values: [0] };
  return openAdrAnchor(
    {
      name: 'openadr-3.0',
      descriptorFields: {},
      eventFields: {
        intervalPeriod: { start: '2000-01-01T00:00:00Z', duration: 'P9999Y' },
        intervals: [{ id: 0, payloads: [unused] }],
      },
    },
    options,
  );
}
