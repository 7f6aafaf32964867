/**
 * How fast the series of a meter file are read, and encoded for each kind of VTN; nothing is sent.
 * `node read-series.ts DB METER-FILE [COMPONENT …]`.
 */
import type { Readings } from '../../src/fleet/readings.ts';
import { openMeterFile } from '../../src/metering/sources/open-meter-file.ts';
import { flexGatewayMetering } from '../../src/profiles/flex-gateway/metering.ts';
import { openAdr31Metering } from '../../src/profiles/openadr-3.1/metering.ts';
import { openStore } from '../../src/store/open-store.ts';

const [path = '', meterFile = '', ...components] = process.argv.slice(2);

const store = await openStore(path);
const loads = await store.meteredLoads({ components: components.length > 0 ? components : undefined });
await store.close();
const series = Map.groupBy(loads, ({ meterId, component }) => `${meterId}/${component}`);

const file = await openMeterFile(meterFile);
const read: Readings[] = [];
const startedAt = performance.now();
for (const [name, [key]] of series) {
  const one = await file.read(key!);
  if (!one.ok) throw new Error(`${name}: ${one.problem}`);
  read.push(one.readings);
}
const readSeconds = (performance.now() - startedAt) / 1000;
await file.close();

const points = read.reduce((sum, { startsMs }) => sum + startsMs.length, 0);

function encodeAll(encode: (readings: Readings) => unknown): number {
  const from = performance.now();
  for (const readings of read) encode(readings);
  return (performance.now() - from) / 1000;
}

const anchor = { programId: 'program', eventId: 'event' };
const seconds = {
  'reading the meter file': readSeconds,
  'encoding for flex-gateway': encodeAll(flexGatewayMetering().encode),
  'encoding for OpenADR': encodeAll(openAdr31Metering({ anchor }).encode),
};
process.stdout.write(JSON.stringify({ series: series.size, points, seconds }));
