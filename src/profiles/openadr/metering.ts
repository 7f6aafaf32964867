import { VenfleetError } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';
import { gzipped } from '../gzip-reports.ts';
import type { MeteringOptions, MeteringProfile, Report, ReportLookUp } from '../metering-profile.ts';
import { utf8 } from '../write-text.ts';
import { readingsEncoder } from './encode-readings.ts';
import { chosenMeasures, payloadDescriptors, possibleMeasures } from './measures.ts';
import {
  likelyCauseOf,
  readCreateReport,
  readReplaceReport,
  readReport,
  readReports,
} from './metering-answers.ts';
import { reportNameOf } from './report-name.ts';
import { resourceNameOf, venNameOf } from './wire-names.ts';

/** What OpenADR 3.0 and 3.1 say differently of reports. */
export interface ReportDialect {
  readonly name: string;
  /** Whether a report names its program; 3.1 knows it by the event. */
  readonly namesProgram: boolean;
}

/**
 * How meter data are reported in either generation of OpenADR 3: a report for each VEN and span, with an entry for each load,
 * filed under an event that was made for it. Reports are a VEN's to send, whoever registered its loads. Throws REPORT_ANCHOR
 * where the event is not known.
 */
export function openAdrMetering(dialect: ReportDialect, options: MeteringOptions): MeteringProfile {
  const { anchor } = options;
  if (anchor === undefined) throw new VenfleetError('REPORT_ANCHOR', { profile: dialect.name });
  const chosen = chosenMeasures(options.measures);
  const kind = `${chosen.join('+')}@${anchor.eventId}`;
  const program = dialect.namesProgram ? { programID: anchor.programId } : {};
  const filedUnder = { objectType: 'REPORT', ...program, eventID: anchor.eventId };
  const descriptors = JSON.stringify(payloadDescriptors(possibleMeasures(chosen)));
  const headOf = ({ venName, reportName }: Pick<Report, 'venName' | 'reportName'>): string => {
    const fields = JSON.stringify({ ...filedUnder, clientName: venNameOf(venName), reportName });
    return `${fields.slice(0, -1)},"payloadDescriptors":${descriptors},"resources":[`;
  };
  // In pieces: most of its megabytes are the same for other loads, and made once for all of them.
  const bodyOf = (report: Report): Uint8Array[] => {
    const pieces: Uint8Array[] = [utf8(headOf(report))];
    report.parts.forEach(({ resourceRef, encoded }, index) => {
      pieces.push(utf8(`${index === 0 ? '' : '},'}${entryHead(resourceRef)}`), encoded.bytes);
    });
    pieces.push(utf8(report.parts.length === 0 ? ']}' : '}]}'));
    return pieces;
  };
  const profile: MeteringProfile = {
    name: dialect.name,
    kind,
    reportIsOf: 'ven',
    // Their ids, which begin at 0, are int32.
    mostPoints: 2 ** 31,
    bytesPerPoint: 40 + 40 * chosen.length,
    resourceRefOf: resourceNameOf,
    encode: readingsEncoder(chosen),
    reportNameOf: (report) => reportNameOf(kind, report),
    overheadOf(report, resourceRefs) {
      const entries = resourceRefs.map((resourceRef) => Buffer.byteLength(entryHead(resourceRef)) + 1);
      const commas = Math.max(0, entries.length - 1);
      return entries.reduce((sum, bytes) => sum + bytes, utf8(headOf(report)).length + commas + 2);
    },
    report: (report) => ({ method: 'POST', path: '/reports', body: bodyOf(report), as: report.venName }),
    readReport: (report, response) => readCreateReport(report, anchor.eventId, response),
    likelyCause: likelyCauseOf,
    lookUp: lookUpOf(anchor.eventId, bodyOf),
  };
  return options.compress ? gzipped(profile) : profile;
}

const entryHead = (resourceRef: string) => `{"resourceName":${quote(resourceRef)},`;

/** Neither version can look for a name, nor for a time: a VEN's reports of the event are read until it is there. */
function lookUpOf(eventId: string, bodyOf: (report: Report) => Uint8Array[]): ReportLookUp {
  return {
    page(venName, skip) {
      const clientName = encodeURIComponent(venNameOf(venName));
      // Few at a time: each comes whole, and may have 2 MB.
      const path = `/reports?eventID=${encodeURIComponent(eventId)}&clientName=${clientName}&skip=${skip}&limit=2`;
      return { method: 'GET', path, as: venName };
    },
    readPage: readReports,
    one: (venName, id) => ({ method: 'GET', path: reportPath(id), as: venName }),
    readOne: readReport,
    replace: (id, report) => ({
      method: 'PUT',
      path: reportPath(id),
      body: bodyOf(report),
      as: report.venName,
    }),
    readReplace: readReplaceReport,
  };
}

const reportPath = (id: string) => `/reports/${encodeURIComponent(id)}`;
