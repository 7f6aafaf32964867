import { Counter, Histogram, type Registry } from 'prom-client';

/** A request to the VTN that came to its end. */
export interface EndedRequest {
  readonly method: string;
  /** Below the base URL, with its query. */
  readonly path: string;
  /** Null: there was no answer. */
  readonly status: number | null;
  readonly ms: number;
}

export type RequestMeter = (request: EndedRequest) => void;

/** Seconds: a loopback VTN answers in a few milliseconds, a page of a listing takes seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counts requests by operation and outcome; the labels are bounded, whatever the ids in a path. */
export function createRequestMeter(registry: Registry): RequestMeter {
  const requests = new Counter({
    name: 'venfleet_vtn_requests_total',
    help: 'Requests to the VTN, by operation and by what came of them: ok, exists, throttled, refused, error, no_answer.',
    labelNames: ['operation', 'outcome'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'venfleet_vtn_request_duration_seconds',
    help: 'Time from sending a request to the VTN to the end of its answer.',
    labelNames: ['operation'],
    buckets,
    registers: [registry],
  });
  return ({ method, path, status, ms }) => {
    const operation = operationOf(method, path);
    requests.inc({ operation, outcome: outcomeOf(status) });
    duration.observe({ operation }, ms / 1_000);
  };
}

/** `POST /resources`, `GET /vens/{id}/resources`: what a request does, without the ids in its path. */
export function operationOf(method: string, path: string): string {
  const [pathname = ''] = path.split('?');
  const words = pathname
    .split('/')
    .filter(Boolean)
    .slice(0, mostWords)
    .map((word) => (isWord.test(word) ? word : '{id}'));
  return `${method} /${words.join('/')}`;
}

const mostWords = 4;
/** Names of collections in OpenADR 3 and the gateway; whatever else is an id. */
const isWord =
  /^(auth|token|server|vens|resources|programs|events|reports|subscriptions|notifiers|responses|enrol\w*|mqtt|topics|bulk|health)$/;

function outcomeOf(status: number | null): string {
  if (status === null) return 'no_answer';
  if (status < 400) return 'ok';
  if (status === 409) return 'exists';
  if (status === 429) return 'throttled';
  return status < 500 ? 'refused' : 'error';
}
