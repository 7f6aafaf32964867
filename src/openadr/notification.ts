import type { z } from 'zod';
import { VenfleetError } from '../core/errors.ts';
import { describeIssue, type OpenAdrVersion } from './call.ts';
import * as v30 from './schemas/v30.ts';
import * as v31 from './schemas/v31.ts';

/** Reads what a 3.0 VTN sent to a callback URL. Throws OADR_INVALID_NOTIFICATION, with the path of what is wrong. */
export function parseNotification30(json: string): v30.Notification {
  return parse(json, v30.notification, '3.0');
}

/** The same of a 3.1 VTN, to a callback URL or over MQTT. */
export function parseNotification31(json: string): v31.Notification {
  return parse(json, v31.notification, '3.1');
}

function parse<T extends z.ZodType>(json: string, schema: T, version: OpenAdrVersion): z.output<T> {
  const invalid = (problem: string, cause: unknown) =>
    new VenfleetError('OADR_INVALID_NOTIFICATION', { version, problem }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw invalid('it is no JSON', error);
  }
  const checked = schema.safeParse(value);
  if (!checked.success) throw invalid(describeIssue(checked.error), checked.error);
  return checked.data;
}
