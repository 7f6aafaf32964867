import type { ErrorTexts } from './error-texts.ts';

/** How the program was called, and the files that it was given. */
export const usageErrors = {
  BAD_OPTION: { message: '{problem}', hint: 'See "venfleet {command} --help".', retryable: false },
  BAD_USAGE: { message: '{problem}', hint: 'See "{help}".', retryable: false },
  BAD_ARGUMENT: { message: '{function}(): {problem}.', hint: 'See docs/library.md.', retryable: false },
  BAD_CONFIG: {
    message: '{path}: {problem}',
    hint: 'Correct the file, or name another with --config.',
    retryable: false,
  },
  CONFIRM_NEEDED: {
    message: '"venfleet {command}" changes what is on the VTN, and there is no terminal to ask on.',
    hint: 'Look at it with "venfleet {look}", then give --yes.',
    retryable: false,
  },
  TOKEN_FILE: {
    message: 'The {what} file {path} cannot be used: {problem}.',
    hint: 'Name a readable file that holds the {what} alone.',
    retryable: false,
  },
  NOT_WRITABLE: {
    message: 'Cannot write {path}: {problem}.',
    hint: 'Name a file in a folder that you may write to.',
    retryable: false,
  },
  FILE_EXISTS: {
    message: 'There is a file {path} already.',
    hint: 'Name another one, or remove it; --force replaces it, and the fleet of the database with it.',
    retryable: false,
  },
  FILE_UNREADABLE: {
    message: 'Cannot read {path}: {problem}.',
    hint: 'Check the path and its permissions.',
    retryable: false,
  },
  BAD_CSV: {
    message: '{path}: {problem}',
    hint: 'The first line names the columns; see docs/import.md.',
    retryable: false,
  },
  METER_FILE: {
    message: 'The meter data {path} cannot be used: {problem}.',
    hint: 'Name a meter file (HDF5), or a table of readings (CSV, NDJSON); docs/meter-files.md describes them.',
    retryable: false,
  },
} as const satisfies ErrorTexts;
