import type { AskedReport, GridEvent, GridInterval, GridProgram } from '../../fleet/grid-event.ts';
import { asPayload, asPayloadDescriptor, asPeriod, asPriority, targetsOf } from '../answers/event-parts.ts';
import { asDuration, instantOrNull } from '../answers/event-times.ts';
import { idField, textField } from '../answers/json-body.ts';
import {
  asBoolean,
  asFields,
  asInteger,
  asName,
  asText,
  eachOf,
  type Fields,
  not,
  orNull,
  readOrProblem,
  required,
  Unusable,
} from '../answers/wire-value.ts';

/** The versions of OpenADR that say events differently. */
export type EventVersion = '3.0' | '3.1';

/**
 * Makes an event of its fields, as far as VTNs deviate from the documents without leaving a doubt: lists may be null or absent,
 * numbers may name targets, targets may have the form of the other version. Anything else that is not as it should be, where it
 * decides what is done, makes the whole event unusable: it is not acted on halfway.
 *
 * What is let through, as it does no harm: interval ids that occur twice, since times and not ids say what follows what; and
 * intervals without payloads, which ask for nothing. Payloads that are said not to be used are left out. Throws Unusable.
 */
export function readOpenAdrEvent(version: EventVersion, id: string, fields: Fields): GridEvent {
  return {
    id,
    programId: programIdOf(fields),
    name: textField(fields, 'eventName') ?? null,
    priority: orNull(fields.priority, 'priority', asPriority),
    createdMs: instantOrNull(fields.createdDateTime ?? ''),
    isCancelled: false,
    targets: targetsOf(fields.targets, 'targets'),
    period: orNull(fields.intervalPeriod, 'intervalPeriod', asOpenAdrPeriod),
    duration: version === '3.1' ? orNull(fields.duration, 'duration', asDuration) : null,
    intervals: eachOf(fields.intervals, 'intervals', asInterval),
    payloadDescriptors: eventDescriptors(fields.payloadDescriptors),
    askedReports: eachOf(fields.reportDescriptors, 'reportDescriptors', (item) => askedReport(version, item)),
  };
}

function programIdOf(fields: Fields): string | null {
  const { programID } = fields;
  if (programID === undefined || programID === null) return null;
  const id = idField(fields, 'programID');
  if (id === undefined) throw new Unusable('programID', 'is no id');
  return id;
}

const asOpenAdrPeriod = (value: unknown) => asPeriod(value, 'randomizeStart', 'is-unusable');

/** The type of a payload that stands where 3.0 demands one, in events that only ask for reports (3.0.1 User Guide). */
const notUsed = 'REQUIRED_BUT_NOT_USED';

function asInterval(value: unknown): GridInterval {
  const { id, intervalPeriod, payloads } = asFields(value);
  return {
    id: required(id, 'id', asInteger),
    period: orNull(intervalPeriod, 'intervalPeriod', asOpenAdrPeriod),
    payloads: eachOf(payloads, 'payloads', asPayload).filter(({ type }) => type !== notUsed),
  };
}

/** Programs also have those of reports among them. */
function eventDescriptors(value: unknown) {
  const all = eachOf(value, 'payloadDescriptors', (item) =>
    asFields(item).objectType === 'REPORT_PAYLOAD_DESCRIPTOR' ? undefined : asPayloadDescriptor(item),
  );
  return all.filter((one) => one !== undefined);
}

const reportIntervals = ['INTERVALS', 'SUB_INTERVALS', 'OPEN_INTERVALS'] as const;

/** A reportDescriptor; what it leaves out is as the documents' defaults have it (schema reportDescriptor). */
function askedReport(version: EventVersion, value: unknown): AskedReport {
  const fields = asFields(value);
  const integer = (name: string, otherwise: number) => orNull(fields[name], name, asInteger) ?? otherwise;
  const boolean = (name: string, otherwise: boolean) => orNull(fields[name], name, asBoolean) ?? otherwise;
  return {
    payloadType: required(fields.payloadType, 'payloadType', asName),
    readingType: orNull(fields.readingType, 'readingType', asText),
    units: orNull(fields.units, 'units', asText),
    aggregate: boolean('aggregate', false),
    startInterval: integer('startInterval', -1),
    numIntervals: integer('numIntervals', -1),
    historical: boolean('historical', true),
    frequency: integer('frequency', -1),
    repeat: integer('repeat', 1),
    ...(version === '3.1' && {
      reportIntervals: orNull(fields.reportIntervals, 'reportIntervals', asReportIntervals) ?? 'INTERVALS',
    }),
    targets: targetsOf(fields.targets, 'targets'),
  };
}

function asReportIntervals(value: unknown): (typeof reportIntervals)[number] {
  const found = reportIntervals.find((one) => one === value);
  if (found) return found;
  throw not(`one of ${reportIntervals.join(', ')}`, value);
}

/** What stands for targets that cannot be read: they name nothing that is known. */
export const unreadableTarget = { type: 'UNREADABLE', values: [] };

/** Makes a program of its fields; its `problem` says what of them is not heeded, or not as it was meant. */
export function readOpenAdrProgram(id: string, fields: Fields): GridProgram {
  const targets = readOrProblem(() => targetsOf(fields.targets, 'targets'));
  const descriptors = readOrProblem(() => eventDescriptors(fields.payloadDescriptors));
  const problems = [targets, descriptors].flatMap((one) => (one.ok ? [] : [one.problem]));
  return {
    id,
    name: textField(fields, 'programName') ?? null,
    targets: targets.ok ? targets.value : [unreadableTarget],
    payloadDescriptors: descriptors.ok ? descriptors.value : [],
    ...(problems.length > 0 && { problem: problems.join('; ') }),
  };
}
