import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../machine/dialect.ts';
import { Refusal } from '../machine/refusal.ts';

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** A `problem` body as OpenLEADR writes it. */
export function problem(status: number, detail?: string): Reply {
  const title = `${status} ${titles[status] ?? 'Error'}`;
  return json(status, { type: 'about:blank', title, status, detail, instance: randomUUID() });
}

export function refuse(status: number, detail?: string): never {
  throw new Refusal(problem(status, detail));
}

export function refuseUnknownReference(): never {
  return refuse(409, 'A foreign key constraint is violated');
}
