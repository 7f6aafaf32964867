import { isSameName } from '../../core/same-name.ts';
import type { Trace } from '../../core/trace.ts';
import type { Creation } from '../../delivery/settle.ts';
import type { AnchorLook, AnchorProfile } from '../anchor-profile.ts';
import { describeBody, idField, jsonBody, textField } from '../answers/json-body.ts';
import { readFindRefusal } from '../answers/read-refusal.ts';
import type { MeteringOptions } from '../metering-profile.ts';
import { findInListing } from './find-in-listing.ts';
import { adHocDescriptors, chosenMeasures, payloadDescriptors, possibleMeasures } from './measures.ts';
import { problemDetail } from './problem-detail.ts';
import { isKind, readCreate } from './read-create.ts';

/** What OpenADR 3.0 and 3.1 say differently of an event that does nothing but ask for reports. */
export interface AnchorDialect {
  readonly name: string;
  /** What its report descriptors have besides. */
  readonly descriptorFields: object;
  /** What it has in the place of intervals to act on. */
  readonly eventFields: object;
}

/**
 * How the program and the event are made that reports are filed under, in either generation of OpenADR 3. They have no
 * targets: every VEN sees them. The event has no end, and asks for reports whenever a VEN sees fit.
 */
export function openAdrAnchor(
  { name, descriptorFields, eventFields }: AnchorDialect,
  options: Pick<MeteringOptions, 'measures'>,
): AnchorProfile {
  const measures = possibleMeasures(chosenMeasures(options.measures));
  return {
    name,
    program: ({ programName }, trace) =>
      anchored('/programs', '', 'PROGRAM', { programName }, trace, {
        programName,
        payloadDescriptors: payloadDescriptors(measures),
      }),
    event({ eventName }, programID, trace) {
      const query = `programID=${encodeURIComponent(programID)}&`;
      return anchored('/events', query, 'EVENT', { eventName, programID }, trace, {
        programID,
        eventName,
        reportDescriptors: adHocDescriptors(measures).map((one) => ({ ...one, ...descriptorFields })),
        ...eventFields,
      });
    },
    programOfId: (id) => look('/programs', id, 'programName'),
    eventOfId: (id) => look('/events', id, 'eventName'),
  };
}

/** OpenLEADR also answers 404 where an object is not for us to see. */
function look(path: string, id: string, nameField: string): AnchorLook {
  return {
    request: { method: 'GET', path: `${path}/${encodeURIComponent(id)}` },
    read(response) {
      const { status } = response;
      if (status === 404 || status === 410) return { kind: 'done', value: undefined };
      if (status !== 200) return readFindRefusal(response, problemDetail);
      const object = jsonBody(response);
      // Whatever answers every path with 200 is no VTN that has it.
      if (idField(object) !== id)
        return { kind: 'refused', status, reason: `HTTP 200 with another object: ${describeBody(response)}` };
      return {
        kind: 'done',
        value: { name: textField(object, nameField), programId: idField(object, 'programID') },
      };
    },
  };
}

/** What the documents allow. */
const pageSize = 50;

/** An object that is ours if it is of this kind and has these fields: the first of them is its name. */
function anchored(
  path: string,
  query: string,
  kind: string,
  identity: Readonly<Record<string, string>>,
  trace: Trace = 'was-there',
  body: object,
): Creation {
  const fields = Object.keys(identity);
  const isOurs = (object: unknown) =>
    isKind(object, [kind]) &&
    fields.every((field) => {
      const theirs = textField(object, field);
      return theirs === undefined || isSameName(theirs, identity[field]);
    });
  return {
    trace,
    create: () => ({ method: 'POST', path, body: JSON.stringify({ objectType: kind, ...body }) }),
    readCreate: (response) => readCreate(response, ['id', 'objectType', ...fields], isOurs),
    find: (_formerName, skip) => ({ method: 'GET', path: `${path}?${query}skip=${skip}&limit=${pageSize}` }),
    readFind: findInListing(fields[0] as string, identity[fields[0] as string] as string, isOurs),
  };
}
