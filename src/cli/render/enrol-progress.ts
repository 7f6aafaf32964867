import type { EnrolEvent } from '../../api/enrol.ts';
import { programName } from './enrol-summary.ts';
import { progressLine } from './registration-lines.ts';
import { createRunProgress, type RunProgress } from './run-progress.ts';
import { some } from './text.ts';

/** Shows how enrolling goes. */
export function createEnrolProgress(json: boolean): RunProgress<EnrolEvent> {
  return createRunProgress({ progressOf, lineOf, progressLine }, { json });
}

function lineOf(event: EnrolEvent): string | undefined {
  if (event.type !== 'started') return undefined;
  const { loads, vens, program } = event;
  return `Enrolling in program ${programName(program)}: looking at ${some(loads, 'load')} of ${some(vens, 'VEN')}`;
}

function progressOf(event: EnrolEvent) {
  if (event.type !== 'progress') return undefined;
  const { total, left, failed } = event;
  return { total, done: total - left, failed, phase: '' };
}
