import type { OpenAdrVersion } from './call.ts';
import { parseJson } from './http/json.ts';
import type { Transport, WireResponse } from './http/transport.ts';
import { authServerInfo } from './schemas/v31.ts';

/**
 * Finds out which version of OpenADR 3 a VTN speaks, by what only one of them has: `/resources` is at the top in 3.1
 * and within a VEN in 3.0; `/auth/server` is mandatory in 3.1 and unknown in 3.0. A 401 or 403 proves nothing, since a
 * gateway may refuse paths that do not exist. Undefined where nothing is proven. Sends up to three GETs; throws what
 * Transport.send throws.
 */
export async function detectVersion(transport: Transport): Promise<OpenAdrVersion | undefined> {
  const resources = await transport.send({ method: 'GET', path: '/resources?limit=1' });
  if (isList(resources)) return '3.1';
  if (isAbsent(resources) && isList(await transport.send({ method: 'GET', path: '/vens?limit=1' })))
    return '3.0';
  const server = await transport.send({ method: 'GET', path: '/auth/server', withoutToken: true });
  const isServer = server.status === 200 && authServerInfo.safeParse(parseJson(server.body)).success;
  return isServer ? '3.1' : undefined;
}

function isList({ status, body }: WireResponse): boolean {
  return status === 200 && Array.isArray(parseJson(body));
}

function isAbsent({ status }: WireResponse): boolean {
  return [404, 405, 501].includes(status);
}
