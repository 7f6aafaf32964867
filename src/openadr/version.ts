import type { OpenAdrVersion } from './call.ts';
import { parseJson } from './http/json.ts';
import type { Transport, WireResponse } from './http/transport.ts';
import { authServerInfo } from './schemas/v31.ts';

/**
 * Finds out which version of OpenADR 3 a VTN speaks, by what only one of them has: `/resources` is at the top in 3.1
 * and within a VEN in 3.0; `/auth/server` is mandatory in 3.1 and unknown in 3.0. A 401 or 403 proves nothing, since a
 * gateway may refuse paths that do not exist. Undefined where nothing is proven: a server that lists `/resources`, has no
 * `/subscriptions`, and spells no field as OpenADR does, is no OpenADR VTN. Sends a few GETs; throws what Transport.send throws.
 */
export async function detectVersion(transport: Transport): Promise<OpenAdrVersion | undefined> {
  const resources = await get(transport, '/resources?limit=1');
  const listed = listOf(resources);
  if (listed) return (await isOpenAdr(transport, listed)) ? '3.1' : undefined;
  if (isAbsent(resources) && listOf(await get(transport, '/vens?limit=1'))) return '3.0';
  return (await hasAuthServer(transport)) ? '3.1' : undefined;
}

/**
 * Whether a VTN demonstrably does not take what this version sends: its path of resources is as unknown to it as one
 * that nobody has. A server may speak both versions at one address. Sends up to three GETs; throws what Transport.send
 * throws.
 */
export async function lacksVersion(transport: Transport, version: OpenAdrVersion): Promise<boolean> {
  if (version === '3.1') return !(await hasPath(transport, '/resources'));
  const [ven] = listOf(await get(transport, '/vens?limit=1')) ?? [];
  const { id } = (ven ?? {}) as { id?: unknown };
  const venId = typeof id === 'string' && /^[\w-]+$/.test(id) ? id : '0';
  return !(await hasPath(transport, `/vens/${venId}/resources`));
}

/** Whether a VTN speaks OpenADR, or another protocol; undefined where nothing tells. Sends a few GETs. */
export async function speaksOpenAdr(transport: Transport): Promise<boolean | undefined> {
  const programs = await get(transport, '/programs?limit=1');
  if (isAbsent(programs) && (await hasAuthServer(transport))) return true;
  const resources = listOf(await get(transport, '/resources?limit=1'));
  const [first] = resources ?? [];
  const isKnown = isSpelledAsOpenAdr(first ?? listOf(programs)?.[0] ?? (await firstOf(transport, '/vens')));
  if (isKnown !== undefined) return isKnown;
  // In 3.0 resources are within VENs. A gateway of another protocol may have programs too.
  if (!resources) return listOf(programs) ? true : undefined;
  return isOpenAdr(transport, resources);
}

async function isOpenAdr(transport: Transport, [resource]: readonly unknown[]): Promise<boolean> {
  const isKnown = isSpelledAsOpenAdr(resource) ?? isSpelledAsOpenAdr(await firstOf(transport, '/vens'));
  if (isKnown !== undefined) return isKnown;
  return (await hasAuthServer(transport)) || (await hasPath(transport, '/subscriptions'));
}

async function firstOf(transport: Transport, path: string): Promise<unknown> {
  return listOf(await get(transport, `${path}?limit=1`))?.[0];
}

/** By how it spells its fields; undefined where it has none that would tell. */
function isSpelledAsOpenAdr(one: unknown): boolean | undefined {
  if (typeof one !== 'object' || one === null) return undefined;
  if (['resourceName', 'venName', 'programName'].some((field) => field in one)) return true;
  const others = ['resource_name', 'external_resource_id', 'ven_name', 'program_name'];
  return others.some((field) => field in one) ? false : undefined;
}

async function hasAuthServer(transport: Transport): Promise<boolean> {
  const server = await transport.send({ method: 'GET', path: '/auth/server', withoutToken: true });
  return server.status === 200 && authServerInfo.safeParse(parseJson(server.body)).success;
}

/** Whether a path is answered otherwise than one that surely nobody has: a 404 may mean that there is nothing now. */
async function hasPath(transport: Transport, path: string): Promise<boolean> {
  const answer = await get(transport, `${path}?limit=1`);
  if (!isAbsent(answer)) return true;
  const nowhere = `${path}-that-nobody-has`;
  const other = await get(transport, `${nowhere}?limit=1`);
  return answer.status !== other.status || shape(answer, path) !== shape(other, nowhere);
}

/** A body without what differs from request to request: the path that was asked for, UUIDs, numbers. */
function shape({ body }: WireResponse, path: string): string {
  return body.replaceAll(path, '').replace(/[\da-f]{8}-[\da-f-]{27}|\d+/gi, '');
}

function get(transport: Transport, path: string): Promise<WireResponse> {
  return transport.send({ method: 'GET', path });
}

function listOf({ status, body }: WireResponse): readonly unknown[] | undefined {
  if (status !== 200) return undefined;
  const list = parseJson(body);
  return Array.isArray(list) ? list : undefined;
}

function isAbsent({ status }: WireResponse): boolean {
  return [404, 405, 501].includes(status);
}
