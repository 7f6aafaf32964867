import type { ErrorTexts } from './error-texts.ts';

/** OpenADR, and the tokens of OAuth2. */
export const openadrErrors = {
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
} as const satisfies ErrorTexts;
