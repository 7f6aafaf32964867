import { isSameName } from '../../core/same-name.ts';
import type { Answer } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { describeBody, idField, jsonBody, textField } from '../answers/json-body.ts';
import { readChange } from '../answers/read-changes.ts';
import { asList, readItems } from '../answers/read-list.ts';
import { readFindRefusal, reasonOf } from '../answers/read-refusal.ts';
import { markTooLarge, tookOnly } from '../answers/read-report.ts';
import type { ListedReport, Report, ReportOutcome } from '../metering-profile.ts';
import { problemDetail } from './problem-detail.ts';
import { isKind, readCreate } from './read-create.ts';

/**
 * Reads the answer to `POST /reports`. A 409 usually means that the name is taken; OpenLEADR also says it of an event that it
 * does not know, and calls that a foreign key. Its first generation answers 404 then, and also where the program is not for
 * this VEN.
 */
export function readCreateReport(report: Report, eventId: string, response: WireResponse): ReportOutcome {
  const outcome = readCreate(response, ['id', 'objectType', 'reportName'], (body) => isThis(report, body));
  const { status } = response;
  if (outcome.kind === 'created') return shortfall(report, response) ?? outcome;
  if (outcome.kind === 'exists' && /foreign key/i.test(outcome.reason))
    return { kind: 'refused', status, reason: `HTTP ${status}: ${unknownEvent} ${eventId}; ${remedy}` };
  if (outcome.kind === 'refused' && status === 404)
    return { ...outcome, reason: `HTTP 404: ${unknownEvent} ${eventId}, or not for this VEN; ${remedy}` };
  // OpenLEADR says it with a 400: "Failed to buffer the request body: length limit exceeded".
  return markTooLarge(outcome, (reason) => /length limit exceeded/i.test(reason));
}

const unknownEvent = 'the VTN does not know event';
const remedy = '"venfleet report prepare" finds or makes one';

/** What to do where reports fail for this reason: a sentence without its full stop. */
export function likelyCauseOf(reason: string): string | undefined {
  if (!reason.includes(unknownEvent)) return undefined;
  return 'The event that reports are filed under is gone: "venfleet report prepare" makes another, or finds it';
}

/** Reads the answer to PUT of a report. */
export function readReplaceReport(report: Report, response: WireResponse): Answer<null> {
  const answer = readChange(response, problemDetail);
  if (answer.kind !== 'done') return answer;
  if (answer.value === 'gone') {
    const { status } = response;
    return { kind: 'refused', status, reason: reasonOf(response, 'the report is there no more') };
  }
  return shortfall(report, response) ?? { kind: 'done', value: null };
}

/** Reads a page of `GET /reports`. */
export function readReports(response: WireResponse): Answer<readonly ListedReport[]> {
  return readItems(response, asList, listedReport, problemDetail, 'report');
}

/** Reads the answer to `GET /reports/{id}`. */
export function readReport(response: WireResponse): Answer<ListedReport | null> {
  const { status } = response;
  if (status === 404 || status === 410) return { kind: 'done', value: null };
  if (status !== 200) return readFindRefusal(response, problemDetail);
  const report = listedReport(jsonBody(response));
  if (report) return { kind: 'done', value: report };
  return { kind: 'failed', status, reason: `HTTP 200 without a report: ${describeBody(response)}` };
}

function isThis({ reportName }: Report, body: unknown): boolean {
  const theirs = textField(body, 'reportName');
  return isKind(body, ['REPORT']) && (theirs === undefined || isSameName(theirs, reportName));
}

/** Where an answer shows the report with fewer readings than were sent: a refusal. */
function shortfall(
  { parts }: Report,
  { status, body }: WireResponse,
): Extract<ReportOutcome, { kind: 'refused' }> | undefined {
  const sent = parts.reduce((sum, { encoded }) => sum + encoded.points, 0);
  const shown = intervalsIn(body);
  return shown !== undefined && shown < sent ? tookOnly(status, shown, sent) : undefined;
}

/**
 * The intervals in a report, undefined where it shows no resources. Each has `payloads`, and a text in JSON has no bare
 * quotes: so they are counted without parsing two megabytes.
 */
function intervalsIn(json: string): number | undefined {
  if (!/"resources"\s*:\s*\[/.test(json)) return undefined;
  let intervals = 0;
  for (let at = json.indexOf(payloads); at >= 0; at = json.indexOf(payloads, at + payloads.length))
    intervals++;
  return intervals;
}

const payloads = '"payloads"';

function listedReport(item: unknown): ListedReport | undefined {
  const id = idField(item);
  if (id === undefined) return undefined;
  const resources = asList((item as { resources?: unknown }).resources) ?? [];
  const points = resources.reduce<number>(
    (sum, resource) => sum + (asList((resource as { intervals?: unknown } | null)?.intervals)?.length ?? 0),
    0,
  );
  return { id, reportName: textField(item, 'reportName'), points };
}
