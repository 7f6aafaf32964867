import type { Load } from '../../fleet/load.ts';
import type { Readings } from '../../fleet/readings.ts';
import { kilo } from '../kilo.ts';
import type { EncodedReadings } from '../metering-profile.ts';
import { utcText, utf8 } from '../write-text.ts';

/** What a report of one reading says of its load. */
interface LoadReference {
  readonly venId: string | undefined;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly component: string;
}

/** A load as reports of one reading refer to it; read by `liveReport` alone. */
export function loadReference(
  { site, name, component }: Load,
  resourceId: string,
  venId: string | undefined,
): string {
  const resourceName = `${site.name} - ${name}`;
  return JSON.stringify({ venId, resourceId, resourceName, component } satisfies LoadReference);
}

export const resourceIdOf = (reference: string) => (JSON.parse(reference) as LoadReference).resourceId;

/** The last of the readings as fields of a report: the power at a moment, in kW, which the gateway calls usage. */
export function liveReading({ startsMs, watts }: Readings): EncodedReadings {
  const startMs = startsMs.at(-1);
  if (startMs === undefined) return { bytes: utf8('"intervals":[]'), points: 0 };
  const payload = { type: 'USAGE', values: [kilo(watts.at(-1) as number)] };
  const fields = {
    start: utcText(startMs),
    duration: 'PT0S',
    intervals: [{ id: 0, payloads: [payload] }],
  };
  return { bytes: utf8(JSON.stringify(fields).slice(1, -1)), points: 1 };
}

/** A report of the reading that `liveReading` made, which is of this time: JSON text. */
export function liveReport(venName: string, reference: string, startMs: number, reading: string): string {
  const { venId = venName, resourceId, resourceName, component } = JSON.parse(reference) as LoadReference;
  const head = {
    report_name: `${resourceId}_${startMs}`,
    ven_id: venId,
    resource_id: resourceId,
    client_name: `Client_${venName}`,
    report_type: 'usage',
    reading_type: 'power',
  };
  const tail = { resources: [{ resource_name: resourceName }], load_component: component };
  return `${JSON.stringify(head).slice(0, -1)},${reading},${JSON.stringify(tail).slice(1)}`;
}
