import { isSameName } from '../../core/same-name.ts';
import type { CreateOutcome } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { textField } from '../answers/json-body.ts';
import type { EventReport, EventReporting, ReportedResource } from '../events-profile.ts';
import { utcText } from '../write-text.ts';
import { durationText } from './duration-text.ts';
import { findInListing } from './find-in-listing.ts';
import { isKind, readCreate } from './read-create.ts';
import { venNameOf } from './wire-names.ts';

/** Few at a time: each comes whole, and may have 2 MB. */
const reportsPerPage = 2;

/**
 * How reports that events ask for are sent. They are the VEN's to send, whoever reads the events: OpenADR 3.1 refuses them to
 * business logic.
 */
export function eventReporting({ namesProgram }: { readonly namesProgram: boolean }): EventReporting {
  return {
    report(report, trace = 'none') {
      const { eventId, venName, reportName } = report;
      const isOurs = (object: unknown) => isThis(report, object);
      return {
        trace,
        create: () => ({
          method: 'POST',
          path: '/reports',
          body: JSON.stringify(reportBody(report, namesProgram)),
          as: venName,
        }),
        readCreate: (response) => readCreateReport(report, response, isOurs),
        find(_formerName, skip) {
          const query = `eventID=${encodeURIComponent(eventId)}&clientName=${encodeURIComponent(venNameOf(venName))}`;
          const path = `/reports?${query}&skip=${skip}&limit=${reportsPerPage}`;
          return { method: 'GET', path, as: venName };
        },
        readFind: findInListing('reportName', reportName, isOurs),
      };
    },
  };
}

function reportBody(report: EventReport, namesProgram: boolean): object {
  return {
    objectType: 'REPORT',
    ...(namesProgram && report.programId !== null && { programID: report.programId }),
    eventID: report.eventId,
    clientName: venNameOf(report.venName),
    reportName: report.reportName,
    payloadDescriptors: report.descriptors.map(({ payloadType, readingType, units }) => ({
      objectType: 'REPORT_PAYLOAD_DESCRIPTOR',
      payloadType,
      ...(readingType !== null && { readingType }),
      ...(units !== null && { units }),
    })),
    resources: report.resources.map(({ resourceName, intervals }) => ({
      resourceName,
      intervals: intervals.map(intervalBody),
    })),
  };
}

function intervalBody({ id, span, payloads }: ReportedResource['intervals'][number]): object {
  return {
    id,
    ...(span && {
      intervalPeriod: {
        start: utcText(span.fromMs),
        duration: span.untilMs === null ? 'P9999Y' : durationText(span.untilMs - span.fromMs),
      },
    }),
    payloads,
  };
}

/** Whether an object is this report, as far as it says. */
function isThis({ eventId, reportName }: EventReport, object: unknown): boolean {
  const theirName = textField(object, 'reportName');
  const theirEvent = textField(object, 'eventID');
  return (
    isKind(object, ['REPORT']) &&
    (theirName === undefined || isSameName(theirName, reportName)) &&
    (theirEvent === undefined || theirEvent === eventId)
  );
}

/**
 * A 409 usually means that the name is taken; OpenLEADR also says it of an event that it does not know, and calls that a
 * foreign key. Its first generation answers 404 then, and also where the program is not for this VEN.
 */
function readCreateReport(
  { eventId }: EventReport,
  response: WireResponse,
  isOurs: (object: unknown) => boolean,
): CreateOutcome {
  const outcome = readCreate(response, ['id', 'objectType', 'reportName', 'eventID'], isOurs);
  const { status } = response;
  const isUnknown = outcome.kind === 'exists' && /foreign key/i.test(outcome.reason);
  if (!isUnknown && !(outcome.kind === 'refused' && status === 404)) return outcome;
  const orNotForIt = isUnknown ? '' : ', or does not show it to this VEN';
  return {
    kind: 'refused',
    status,
    reason: `HTTP ${status}: the VTN does not know event ${eventId}${orNotForIt}`,
  };
}
