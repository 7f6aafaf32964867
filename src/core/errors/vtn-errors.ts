import type { ErrorTexts } from './error-texts.ts';

/** The VTN: how it is reached, and what it answers. */
export const vtnErrors = {
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
} as const satisfies ErrorTexts;
