import { VenfleetError } from '../../core/errors.ts';
import type { Store } from '../store.ts';

/** The part of a store that writes over connections of its own. */
export type Writes = Pick<
  Store,
  | 'exclusively'
  | 'noteSending'
  | 'forgetSending'
  | 'record'
  | 'insertSites'
  | 'upsertSites'
  | 'moveTo'
  | 'noteReports'
  | 'recordReports'
  | 'forgetReported'
  | 'setReportAnchor'
  | 'recordEvents'
  | 'recordPrograms'
  | 'noteOnEvents'
  | 'noteDispatches'
  | 'recordDispatches'
  | 'forgetDispatchesBefore'
  | 'forgetNotesBefore'
  | 'forgetEventsBefore'
  | 'recordAnswers'
  | 'recordEnrolled'
  | 'beginRun'
  | 'noteRun'
  | 'endRun'
  | 'suspend'
  | 'resume'
>;

/** That part of a store that was opened to be read: it throws NOT_WRITABLE, whatever is asked of it. */
export function noWrites(path: string): Writes {
  const refuse = async () => {
    throw new VenfleetError('NOT_WRITABLE', { path, problem: 'it was opened to be read only' });
  };
  return {
    exclusively: refuse,
    noteSending: refuse,
    forgetSending: refuse,
    record: refuse,
    insertSites: refuse,
    upsertSites: refuse,
    moveTo: refuse,
    noteReports: refuse,
    recordReports: refuse,
    forgetReported: refuse,
    setReportAnchor: refuse,
    recordEvents: refuse,
    recordPrograms: refuse,
    noteOnEvents: refuse,
    noteDispatches: refuse,
    recordDispatches: refuse,
    forgetDispatchesBefore: refuse,
    forgetNotesBefore: refuse,
    forgetEventsBefore: refuse,
    recordAnswers: refuse,
    recordEnrolled: refuse,
    beginRun: refuse,
    noteRun: refuse,
    endRun: refuse,
    suspend: refuse,
    resume: refuse,
  };
}
