import { randomUUID } from 'node:crypto';
import type { Manner } from '../machine/collection.ts';
import { type Handler, json } from '../machine/dialect.ts';
import { chunkOf } from '../points/tally.ts';
import type { FlexFleet } from './flex-fleet.ts';
import type { MeterData } from './meter-data.ts';
import { refuse, refuseAll } from './problems.ts';
import { readSingleReport } from './single-report.ts';

/** `POST /reports`: a reading as it is made. It is counted, not kept: this VTN does not tell of it again. */
export function singleReportHandler(manner: Manner, fleet: FlexFleet, meterData: MeterData): Handler {
  return (call) => {
    manner.identify(call);
    const body = manner.body(call);
    const report = readSingleReport(body);
    if ('problems' in report) return refuseAll(report.problems);
    const { venId, resourceId, kind, points } = report;
    if (fleet.vens.find(venId) === undefined) refuse(404, 'VEN not found');
    const resource = fleet.resources.find(resourceId) ?? refuse(404, 'Resource not found');
    if (!call.befalls('forget')) meterData.add(resource, kind, chunkOf(points), () => points);
    return json(201, { id: randomUUID(), ...(body as object) });
  };
}
