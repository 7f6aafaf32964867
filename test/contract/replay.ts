import type { Answer } from '../interop/http.ts';
import { type ContractVtn, newClientId } from './vtn.ts';

/** Who sends a step: business logic, one of two VEN clients, or nobody. */
export type Sender = 'bl' | 'aalborg' | 'aarhus' | 'nobody';

/**
 * One request of a script. `{name}` in its path and body stands for the id that the step of that name got; `as`
 * is business logic where it is not said.
 */
export interface Step {
  readonly name?: string;
  readonly as?: Sender;
  readonly method?: string;
  readonly path: string;
  /** Text is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** What is alike on two VTNs that behave alike. */
export interface Said {
  readonly status: number;
  readonly contentType: string | null;
  readonly challenge: string | null;
  readonly body: unknown;
}

/** Sends a script's steps, one after the other, to an empty VTN with two VENs, and returns what it said to each. */
export async function replay(vtn: ContractVtn, steps: readonly Step[]): Promise<Said[]> {
  const ids = new Map<string, string>();
  const tokens = new Map<Sender, string | undefined>([['nobody', undefined]]);
  tokens.set('bl', await vtn.token(vtn.bl));
  for (const town of ['aalborg', 'aarhus'] as const) {
    const clientID = newClientId();
    const body =
      vtn.generation === '3.0'
        ? { venName: town }
        : { objectType: 'BL_VEN_REQUEST', clientID, venName: town };
    const { id } = (await vtn.call('/vens', { method: 'POST', body })).body;
    ids.set(town, id).set(`${town}-client`, clientID);
    tokens.set(town, await vtn.token(await vtn.createVenClient(clientID, id)));
  }
  const fill = (text: string) =>
    text.replace(/\{([\w-]+)\}/g, (whole, name: string) => ids.get(name) ?? whole);
  const said: Said[] = [];
  for (const { name, as = 'bl', method = 'GET', path, body, headers } of steps) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await vtn.call(fill(path), {
      method,
      token: tokens.get(as),
      ...(text === undefined ? {} : { body: fill(text) }),
      ...(headers === undefined ? {} : { headers }),
    });
    if (name !== undefined && answer.status === 201) ids.set(name, answer.body.id);
    said.push(alike(answer, ids, vtn.url));
  }
  return said;
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/;

const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An answer without what differs between any two servers: ids, times, and how a parser words its complaint. */
function alike({ status, headers, body }: Answer, ids: ReadonlyMap<string, string>, url: string): Said {
  const names = new Map([...ids].map(([name, id]) => [id, `{${name}}`]));
  const known = JSON.stringify(body, (key, value) => {
    if (typeof value !== 'string') return value;
    if (value.startsWith(url)) return value.replace(url, '{url}');
    if (/DateTime$/.test(key) && time.test(value)) return '{time}';
    if (key === 'instance') return '{instance}';
    return names.get(value) ?? (key === 'id' && id.test(value) ? '{id}' : value);
  });
  const plain = typeof body === 'string';
  const json = plain || known === undefined ? null : JSON.parse(known);
  // The text of a 400 is the parser's or the checker's own.
  if (status === 400 && json !== null && 'detail' in json) json.detail = '{detail}';
  const contentType = headers.get('content-type');
  return { status, contentType, challenge: headers.get('www-authenticate'), body: plain ? '{text}' : json };
}
