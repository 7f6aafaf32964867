import type { ErrorTexts } from './error-texts.ts';

/** The job as a whole: registering, planning, reporting; and one load. */
export const jobErrors = {
  REPORT_ANCHOR: {
    message:
      'Reports of profile {profile} are filed under a program and an event, and none are known here; run "venfleet report prepare".',
    hint: 'That makes them. To file under others, name these with --program and --event.',
    retryable: false,
  },
  REPORT_ANCHOR_UNKNOWN: {
    message: 'The VTN at {url} {problem}.',
    hint: 'Check the ids; without --program and --event, "venfleet report prepare" finds or makes those of the usual names.',
    retryable: false,
  },
  REPORT_PREPARE: {
    message: 'The VTN at {url} did not {task}: {problem}.',
    hint: "Programs and events are business logic's (BL) to make: the client needs read_all, write_programs and write_events. Or name those that others made with --program and --event.",
    retryable: false,
  },
  TOO_MANY_FAILURES: {
    message: 'The first {loads} loads all failed for one reason, and none succeeded: {problem}.',
    hint: '{cause}. What was not tried waits for the next run; with --max-failures 0 nothing stops one.',
    retryable: false,
  },
  TOO_MANY_REMOVALS: {
    message:
      'The plan removes {remove} of the {there} resources {where}; no more than {bound} are removed unasked, and nothing was done.',
    hint: 'See "venfleet plan", and whether the database is whole. If all {inAll} removals are meant, give --max-removals {inAll}.',
    retryable: false,
  },
  REPORTS_IN_DOUBT: {
    message:
      'The answers to {reports} reports were lost, and this kind of VTN cannot be asked for them: {problem}.',
    hint: 'The VTN may have them or not. --on-doubt resend sends them again, --on-doubt skip takes them for sent.',
    retryable: true,
  },
  REPORTS_LOST: {
    message:
      'Of {looked} reports that the VTN at {url} said it took, and that were looked for, {lost} are not there: {first}.',
    hint: 'The next run sends these again. Others may be lost as well: once the VTN keeps what it takes, --again sends everything anew.',
    retryable: true,
  },
  LOADS_UNACCOUNTED: {
    message: '{loads} loads were counted, and nothing is known to have become of them ({missing}).',
    hint: 'Others changed the database meanwhile, or this is a fault of venfleet. Run the same command again; report it if it stays.',
    retryable: true,
  },
  LOAD_FAILED: {
    message: 'Load {load} could not be registered: {reason}.',
    hint: 'Nothing else was tried; "details" has the reason, and the status where the VTN gave one.',
    retryable: false,
  },
  LOAD_INVALID: { message: '{problem}', hint: 'Correct the row in the fleet database.', retryable: false },
  STOPPED_LATE: {
    message: 'It was to end, and within {seconds} s these did not: {parts}.',
    hint: 'What was stored stays; the next start goes on from there.',
    retryable: false,
  },
} as const satisfies ErrorTexts;
