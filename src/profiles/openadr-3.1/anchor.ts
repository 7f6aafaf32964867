import type { AnchorProfile } from '../anchor-profile.ts';
import type { MeteringOptions } from '../metering-profile.ts';
import { openAdrAnchor } from '../openadr/anchor.ts';

/**
 * How the program and the event are made that reports are filed under, in OpenADR 3.1: an event without intervals, for reports
 * with intervals of the VENs' own (User Guide, 7.5, on report-only events).
 */
export function openAdr31Anchor(options: Pick<MeteringOptions, 'measures'>): AnchorProfile {
  return openAdrAnchor(
    { name: 'openadr-3.1', descriptorFields: { reportIntervals: 'OPEN_INTERVALS' }, eventFields: {} },
    options,
  );
}
