import type { ErrorTexts } from './error-texts.ts';

/** The page of `venfleet serve`, and its API. */
export const pageErrors = {
  PAGE_OPEN: {
    message: 'The page would be open to everyone who reaches {host}.',
    hint: 'Give it a token, or say that a proxy in front of it asks people who they are; without either, let it listen on 127.0.0.1.',
    retryable: false,
  },
  PAGE_TOKEN: {
    message: "The page's token cannot be used: {problem}.",
    hint: 'A token is 16 to 512 letters, digits or signs of -._~+/, e.g. what "openssl rand -base64 24" prints.',
    retryable: false,
  },
  PAGE_LISTEN: {
    message: 'The page cannot listen on {address}: {problem}.',
    hint: 'Name another port, or end what uses this one.',
    retryable: true,
  },
  METRICS_LISTEN: {
    message: 'The metrics cannot be shown on {address}: {problem}.',
    hint: 'Name another port with --metrics-port (0: any free one), or end what uses this one.',
    retryable: true,
  },
  API_BAD_REQUEST: {
    message: '{problem}.',
    hint: 'docs/serve-api.md has the routes; /api/v1/openapi.json has what each of them takes.',
    retryable: false,
  },
  API_UNKNOWN: {
    message: 'There is no {what}.',
    hint: 'It may be gone: look at the list. docs/serve-api.md has the routes.',
    retryable: false,
  },
  API_CONFLICT: { message: '{problem}.', hint: 'Look again, then decide anew.', retryable: false },
  API_TOKEN_NEEDED: {
    message: 'This needs the token of the page.',
    hint: 'Log in, or send it as "Authorization: Bearer".',
    retryable: false,
  },
  API_TOKEN_WRONG: {
    message: 'This is not the token of the page.',
    hint: 'Whoever started "venfleet serve" knows it.',
    retryable: false,
  },
  API_REFUSED: {
    message: 'This request is not answered: {problem}.',
    hint: 'docs/serve-api.md says who may ask for what.',
    retryable: false,
  },
  API_ACTIONS_OFF: {
    message: 'Actions are off.',
    hint: 'Start "venfleet serve" with --allow-actions and a token to have them.',
    retryable: false,
  },
  API_TOO_LARGE: {
    message: 'The request is too large.',
    hint: 'Name fewer VENs or loads at a time.',
    retryable: false,
  },
  API_TOO_MANY: {
    message: 'Too many {what} from this address.',
    hint: 'Wait a minute, then try again.',
    retryable: true,
  },
  API_UNAVAILABLE: { message: '{problem}.', hint: 'Try again in a moment.', retryable: true },
  API_FAILED: {
    message: 'This could not be answered: an unexpected error.',
    hint: 'The log has it, with request id {requestId}, where there is one (--log-level error).',
    retryable: true,
  },
} as const satisfies ErrorTexts;
