/**
 * Every error that venfleet raises on purpose, in one table. A code is stable: scripts may rely on it.
 * `{name}` in a text is filled from the error's details. `retryable` says whether the same thing tried
 * again, unchanged, may succeed. docs/errors.md lists the same codes, and a test holds the two together.
 */
export const errorRegistry = {
  // How the program was called
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

  EVENT_POLICY: {
    message: 'The event policy {path} cannot be used: {problem}.',
    hint: 'Correct it; docs/event-policy.md has every key.',
    retryable: false,
  },

  METER_FILE: {
    message: 'The meter data {path} cannot be used: {problem}.',
    hint: 'Name a meter file (HDF5), or a table of readings (CSV, NDJSON); docs/meter-files.md describes them.',
    retryable: false,
  },

  // The fleet database
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

  // The VTN
  VTN_URL: {
    message: '"{url}" is no VTN address: {problem}.',
    hint: 'Give the base URL alone with --vtn-url, e.g. http://localhost:8000; a token goes into VENFLEET_TOKEN.',
    retryable: false,
  },
  VTN_UNREACHABLE: {
    message: 'Cannot reach the VTN at {url}: {problem}.',
    hint: 'Check --vtn-url, and that the VTN is running.',
    retryable: true,
  },
  VTN_NO_ANSWER: {
    message: 'The VTN at {url} gave no whole answer: {problem}.',
    hint: 'It may have carried out the request; venfleet looks before it sends again.',
    retryable: true,
  },
  VTN_TOO_LARGE: {
    message: 'The VTN at {url} gives answers that are too large: {problem}.',
    hint: 'It may have carried out what it was asked. Check --vtn-url and --profile: it may not be the VTN that answers.',
    retryable: false,
  },
  VTN_ENCODING: {
    message: 'The VTN at {url} answered in the content encoding "{encoding}", which cannot be read.',
    hint: 'Have it, or what stands before it, send gzip, deflate, br or none. It may have carried out the request.',
    retryable: false,
  },
  VTN_TLS: {
    message: 'The certificate of the VTN at {url} does not verify: {problem}.',
    hint: '{remedy}.',
    retryable: false,
  },
  VTN_TLS_CLIENT: {
    message: 'The VTN at {url} refused the TLS connection: {problem}.',
    hint: 'Name the client certificate that it expects with --cert-file, and its key with --key-file.',
    retryable: false,
  },
  TLS_INVALID: {
    message: 'The certificates cannot be used: {problem}.',
    hint: 'Give PEM files: the authority, or the client certificate with its key.',
    retryable: false,
  },
  TLS_UNUSED: {
    message: 'Certificates are given, but {url} is plain http, which uses none.',
    hint: 'Give an https:// address with --vtn-url, or leave --ca-file, --cert-file and --key-file out.',
    retryable: false,
  },
  PROXY_INVALID: {
    message: 'The proxy {proxy} cannot be used: {problem}.',
    hint: 'Correct --proxy, HTTP_PROXY or HTTPS_PROXY, e.g. http://proxy.example:3128, or name the host in NO_PROXY.',
    retryable: false,
  },
  TOKEN_INVALID: {
    message: 'The token cannot be sent: {problem}.',
    hint: 'A token is one word of printable ASCII, without quotes or "Bearer" before it.',
    retryable: false,
  },
  VTN_TOKEN_REFUSED: {
    message: 'The VTN at {url} refused {what} ({status}): {problem}.',
    hint: 'Check the token or the credentials, and what they may do (scopes, roles).',
    retryable: false,
  },
  VTN_WRONG_ANSWER: {
    message: 'The VTN at {url} did not answer as profile {profile} does: {problem}.',
    hint: 'Check --vtn-url and --profile.',
    retryable: false,
  },
  REPORT_ANCHOR: {
    message: 'Reports of profile {profile} are filed under a program and an event, and none are known here.',
    hint: 'Make them with "venfleet report prepare", or name yours with --program and --event.',
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
  EVENT_REFUSED: {
    message: 'The VTN at {url} did not {task}: {problem}.',
    hint: "Programs and events are business logic's (BL) to make; an event that is changed is named by its id on the VTN.",
    retryable: false,
  },
  OAUTH_REFUSED: {
    message: 'The token endpoint {url} refused the client "{clientId}" ({status}): {problem}.',
    hint: 'Check the client ID and the secret, and how the endpoint wants them: --auth-style form or basic.',
    retryable: false,
  },
  OAUTH_SCOPE: {
    message: 'The token endpoint {url} refused the scope {scope} for the client "{clientId}": {problem}.',
    hint: 'Ask with --scope for scopes that the client may have, or for none.',
    retryable: false,
  },
  OAUTH_AUDIENCE: {
    message:
      'The token endpoint {url} refused the audience {audience} for the client "{clientId}": {problem}.',
    hint: 'Name with --audience what the token is for, as the endpoint knows it, or leave it out.',
    retryable: false,
  },
  OAUTH_ENDPOINT: {
    message: 'There is no OAuth2 token endpoint at {url}: {problem}.',
    hint: "Give the token endpoint's own URL, e.g. with --token-url.",
    retryable: false,
  },
  OAUTH_UNAVAILABLE: {
    message: 'No token can be had from {url}: {problem}.',
    hint: 'Nothing was sent to the VTN for want of a token. Try again later.',
    retryable: true,
  },
  OADR_PROBLEM: {
    message: 'The VTN at {url} answered {operation} with {status}: {problem}.',
    hint: 'The request was understood, but not carried out as it stands.',
    retryable: false,
  },
  OADR_FORBIDDEN: {
    message: 'The VTN at {url} does not allow {operation} ({status}): {problem}.',
    hint: 'The client lacks the scope {scope}, or its token has expired.',
    retryable: false,
  },
  OADR_BUSY: {
    message: 'The VTN at {url} cannot answer {operation} at the moment ({status}): {problem}.',
    hint: 'Try again later. It may nevertheless have carried out the request.',
    retryable: true,
  },
  OADR_INVALID_ANSWER: {
    message: 'The VTN at {url} did not answer {operation} as OpenADR {version} does: {problem}.',
    hint: 'Check the base URL, and which version the VTN speaks.',
    retryable: false,
  },
  OADR_INVALID_NOTIFICATION: {
    message: 'What came is no notification of OpenADR {version}: {problem}.',
    hint: 'Check who may send to this address, and which version the VTN speaks.',
    retryable: false,
  },
  OADR_PAGING: {
    message: 'The VTN at {url} cannot be listed by {operation}: {problem}.',
    hint: 'List again when nobody writes; a VTN of which that is always so cannot be listed in pages.',
    retryable: false,
  },
  OADR_ID: {
    message: '"{id}" cannot be the {name} of an OpenADR object.',
    hint: 'An object ID has 1 to 128 letters, digits, "_" or "-".',
    retryable: false,
  },
  VTN_WRONG_VERSION: {
    message: 'The VTN at {url} answers like OpenADR {found}, which profile {profile} does not speak.',
    hint: 'Use --profile openadr-{found}.',
    retryable: false,
  },
  CREDENTIALS_FILE: {
    message: 'The credentials file {path} cannot be used: {problem}.',
    hint: 'It is JSON: {"<VEN name>": {"clientId": "…", "clientSecret": "…"}, …}.',
    retryable: false,
  },
  CREDENTIALS_MISSING: {
    message: 'There are no credentials for VEN "{ven}".',
    hint: 'Add them to the file named with --credentials-file.',
    retryable: false,
  },
  VTN_OTHER: {
    message: '{problem}.',
    hint: 'Name the VTN of these ids with --vtn-url. With register or apply, --same-vtn takes this one for the same at another address, and --move-to-this-vtn forgets these ids and begins anew here.',
    retryable: false,
  },
  VTN_NO_LISTING: {
    message: 'The VTN at {url} cannot be listed: {problem}.',
    hint: 'A plan needs to see what the VTN holds: check --vtn-url and --profile, and that the token may read it.',
    retryable: true,
  },
  VTN_NOT_REMOVED: {
    message: 'The VTN at {url} said that it removed resource {resourceId}, but still lists it.',
    hint: 'What was not confirmed is not forgotten. Check that it is the VTN itself that answers, then plan again.',
    retryable: true,
  },
  VTN_CHANGING: {
    message: 'What the VTN at {url} holds changes faster than it can be listed ({what}).',
    hint: 'Wait until nobody else writes to it, then run the same command again.',
    retryable: true,
  },
  VTN_LOST: {
    message: 'The VTN at {url} stopped answering: {problem}.',
    hint: 'What it had accepted is stored. Run the same command again when it is back.',
    retryable: true,
  },
  VTN_BUSY: {
    message: 'The VTN at {url} is too busy to answer: {problem}.',
    hint: 'Run the same command again when it has recovered; nothing that it accepted is lost.',
    retryable: true,
  },

  // Events
  BROKER_INVALID: {
    message: 'The MQTT broker {url} cannot be used: {problem}.',
    hint: 'Give an address like mqtts://broker.example:8883 alone; a password goes into a file or a variable.',
    retryable: false,
  },
  EVENT_UNKNOWN: {
    message: 'The database has no event {event}.',
    hint: '"venfleet events list" shows those that it has; give the id of one.',
    retryable: false,
  },
  EVENT_SINK: {
    message: 'Dispatches cannot be handed to {sink}: {problem}.',
    hint: 'docs/dispatch.md says what each kind of sink needs.',
    retryable: false,
  },

  // The job as a whole
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

  // Events
  WEBHOOK_INVALID: {
    message: 'The webhook cannot be set up: {problem}.',
    hint: 'Give the address under which the VTN reaches it, and where it listens; docs/errors.md has more.',
    retryable: false,
  },
  WEBHOOK_LISTEN: {
    message: 'The webhook cannot listen on {address}: {problem}.',
    hint: 'Name another port, or end what uses this one.',
    retryable: true,
  },

  // One load
  LOAD_FAILED: {
    message: 'Load {load} could not be registered: {reason}.',
    hint: 'Nothing else was tried; "details" has the reason, and the status where the VTN gave one.',
    retryable: false,
  },
  LOAD_INVALID: { message: '{problem}', hint: 'Correct the row in the fleet database.', retryable: false },
} as const satisfies Record<string, { message: string; hint: string; retryable: boolean }>;

/**
 * What probably lies behind an error whose code does not say so: one such error may be chance, and several of them
 * are a verdict of their own. docs/errors.md lists the same.
 */
export const suspicions = [
  /** A connection closed before any answer: the VTN may want a client certificate, or refuse the one it got. */
  'client-certificate',
  /** The answer outgrew `maxAnswerBytes`: the VTN is there, and may have done what it was asked. */
  'answer-too-large',
] as const;
export type Suspicion = (typeof suspicions)[number];

export type ErrorCode = keyof typeof errorRegistry;
export type ErrorDetails = Record<string, string | number>;

/** An error that venfleet foresaw. `message` is one line; `hint` says what to do about it. */
export class VenfleetError extends Error {
  override readonly name = 'VenfleetError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable: boolean;
  readonly details: ErrorDetails;
  readonly suspicion: Suspicion | undefined;

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    options: { cause?: unknown; suspicion?: Suspicion | undefined } = {},
  ) {
    const entry = errorRegistry[code];
    super(fill(entry.message, details), options);
    this.code = code;
    this.hint = fill(entry.hint, details);
    this.retryable = entry.retryable;
    this.details = details;
    this.suspicion = options.suspicion;
  }
}

function fill(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}

/** One line that says what went wrong, for any thrown value; never a stack trace. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describeError(error.errors[0]);
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
