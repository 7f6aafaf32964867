import type { ErrorTexts } from './error-texts.ts';

/** The fleet database, and what is looked for in it. */
export const databaseErrors = {
  DB_MISSING: {
    message: 'There is no database at {path}.',
    hint: 'Make one with "venfleet generate" or "venfleet import", or name yours with --db.',
    retryable: false,
  },
  DB_PATH: {
    message: '"{path}" cannot name a fleet database: {problem}.',
    hint: 'Give the path of a file with --db, e.g. ./config/resources.db.',
    retryable: false,
  },
  DB_NOT_SQLITE: {
    message: '{path} is not an SQLite database.',
    hint: 'Name the fleet database with --db.',
    retryable: false,
  },
  DB_SCHEMA: {
    message: '{path} is not a fleet database: {problem}.',
    hint: 'docs/database.md lists the tables and columns that it needs.',
    retryable: false,
  },
  DB_NOT_EMPTY: {
    message: '{path} already holds a fleet of {sites} sites.',
    hint: 'Name another file with --db, or replace its fleet with --force.',
    retryable: false,
  },
  VEN_UNKNOWN: {
    message: 'The fleet has no loads of VEN {vens}.',
    hint: '"venfleet status" lists its VENs; names are compared to the letter. For several, give --ven several times.',
    retryable: false,
  },
  COMPONENT_UNKNOWN: {
    message: 'The fleet has no load component {components}.',
    hint: 'It has {known}.',
    retryable: false,
  },
  LOAD_UNKNOWN: {
    message: 'The fleet has no load {loads}.',
    hint: 'Give ids as the database has them (loads.load_id). For several, give --load several times.',
    retryable: false,
  },
  DB_IN_USE: {
    message: '{path} is in use by "venfleet {command}" on {host}, process {pid}, since {since}.',
    hint: 'Wait for it to end, or let --wait do so. "venfleet status" works meanwhile.',
    retryable: true,
  },
  DB_REPLACED: {
    message: '{path} is not the file any more that this run opened: {problem}.',
    hint: 'What was registered since is noted in that other file alone, if it still exists. Do not run "register": "venfleet plan" finds it again on the VTN, and "venfleet apply" notes it.',
    retryable: false,
  },
  DB_LOCKED: {
    message: '{path} is locked by another program.',
    hint: 'Wait for it to end, or end it, then run the same command again.',
    retryable: true,
  },
  DB_FULL: {
    message: '{path} cannot grow: the disk is full.',
    hint: 'Free some space and run the same command again; it goes on where it stopped.',
    retryable: true,
  },
  DB_FAILED: {
    message: '{path}: {problem}',
    hint: 'Run the same command again; if it stays, check the file with "PRAGMA integrity_check".',
    retryable: false,
  },
} as const satisfies ErrorTexts;
