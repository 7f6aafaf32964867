import { randomUUID } from 'node:crypto';
import type { Manner } from '../machine/collection.ts';
import { type Call, type Handler, json } from '../machine/dialect.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import { type BodyMemo, createBodyMemo } from '../points/body-memo.ts';
import { type Chunk, chunkOf, type Points } from '../points/tally.ts';
import { readBulk } from './bulk-check.ts';
import type { FlexFleet } from './flex-fleet.ts';
import { demandJson } from './manner.ts';
import type { MeterData } from './meter-data.ts';
import { type FieldProblem, refuse, refuseAll, refuseFields } from './problems.ts';

/** `POST /report_data/bulk`: the history of one resource. */
export function bulkHandler(manner: Manner, fleet: FlexFleet, meterData: MeterData): Handler {
  const memo: BodyMemo<Chunk> = createBodyMemo();
  const pointsOf = (call: Call): Points => {
    const read = readBulk(manner.body(call));
    if ('problems' in read) return refuseAll(read.problems);
    return read.points;
  };
  const { switches } = manner;
  return (call) => {
    const begun = performance.now();
    manner.identify(call);
    const { resourceId, reportId, batchSize } = readQuery(call.query);
    const resource = fleet.resources.find(resourceId) ?? refuse(404, 'Resource not found');
    demandJson(call, switches);
    const whole = memo.of(call.wire, call.encoding, () => chunkOf(pointsOf(call)));
    const isShort = call.befalls('short');
    const points = isShort ? firstHalf(pointsOf(call)) : undefined;
    const chunk = points ? chunkOf(points) : whole;
    if (!call.befalls('forget')) meterData.add(resource, 'bulk', chunk, () => points ?? pointsOf(call));
    const created = chunk.fresh.count + chunk.again.count;
    const seconds = secondsFor(created, performance.now() - begun, switches);
    return json(201, {
      message: `Created ${created} report data entries`,
      resource_id: resourceId,
      meter_id: fleet.meterPointOf(resource),
      report_id: reportId ?? randomUUID(),
      entries_created: created,
      storage: 'influxdb',
      mode: 'bulk',
      batch_size: batchSize,
      duration_seconds: Number(seconds.toFixed(6)),
      throughput_points_per_second: Number((created / seconds).toFixed(1)),
    });
  };
}

/** How long it took, or was made to take; a clock may stand still for so short a time. */
function secondsFor(points: number, ms: number, { pointsPerSecond }: SimulatorSwitches): number {
  return Math.max(pointsPerSecond && points / pointsPerSecond, ms / 1000, 1e-6);
}

interface BulkQuery {
  readonly resourceId: string;
  readonly reportId: string | undefined;
  readonly batchSize: number;
}

/** 422 where the query is wrong. */
function readQuery(text: string): BulkQuery {
  const problems: FieldProblem[] = [];
  const query = new URLSearchParams(text);
  for (const name of query.keys()) {
    if (!['resource_id', 'batch_size', 'report_id'].includes(name)) {
      problems.push({ loc: ['query', name], msg: 'Extra inputs are not permitted' });
    }
  }
  const resourceId = query.get('resource_id') ?? '';
  const batchSize = query.get('batch_size') ?? '1000';
  if (resourceId === '') problems.push({ loc: ['query', 'resource_id'], msg: 'Field required' });
  if (!/^\d{1,5}$/.test(batchSize) || Number(batchSize) < 1 || Number(batchSize) > 10_000) {
    problems.push({ loc: ['query', 'batch_size'], msg: 'Input should be a whole number from 1 to 10000' });
  }
  refuseFields(problems);
  return { resourceId, reportId: query.get('report_id') ?? undefined, batchSize: Number(batchSize) };
}

function firstHalf({ starts, ends, values }: Points): Points {
  const half = Math.floor(starts.length / 2);
  return { starts: starts.slice(0, half), ends: ends.slice(0, half), values: values.slice(0, half) };
}
