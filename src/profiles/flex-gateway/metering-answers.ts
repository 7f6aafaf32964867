import type { WireResponse } from '../../openadr/http/transport.ts';
import { describeBody, idField, jsonBody, textField } from '../answers/json-body.ts';
import { isPageForPeople, readConflict, readRefusal } from '../answers/read-refusal.ts';
import { markTooLarge, tookOnly } from '../answers/read-report.ts';
import type { ReportOutcome } from '../metering-profile.ts';
import { validationDetail } from './validation-detail.ts';

/** Reads the answer to `POST /report_data/bulk` with so many readings of a resource: `entries_created` must be as many. */
export function readBulkReport(resourceId: string, sent: number, response: WireResponse): ReportOutcome {
  const { status } = response;
  if (!isSuccess(status)) return noSuccess(response);
  const body = jsonBody(response);
  const entries = textField(body, 'entries_created');
  if (entries === undefined || !/^\d+$/.test(entries)) {
    const reason = `HTTP ${status} without a number in entries_created: ${describeBody(response)}`;
    return { kind: 'nonsense', status, reason };
  }
  if (Number(entries) !== sent) return tookOnly(status, Number(entries), sent);
  return { kind: 'created', id: idField(body, 'report_id') ?? resourceId };
}

/** Reads the answer to `POST /reports`, of which no more is known than its status. */
export function readLiveReport(resourceId: string, response: WireResponse): ReportOutcome {
  const { status } = response;
  if (!isSuccess(status)) return noSuccess(response);
  if (isPageForPeople(response))
    return { kind: 'nonsense', status, reason: `HTTP ${status}: ${describeBody(response)}` };
  return { kind: 'created', id: idField(jsonBody(response)) ?? resourceId };
}

function noSuccess(response: WireResponse): ReportOutcome {
  if (response.status === 409) return readConflict(response, validationDetail);
  return markTooLarge(readRefusal(response, validationDetail));
}

const isSuccess = (status: number) => status === 200 || status === 201;
