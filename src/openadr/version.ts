import type { OpenAdrVersion } from './call.ts';
import { parseJson } from './json.ts';
import { authServerInfo } from './schemas/v31.ts';
import type { Transport, WireResponse } from './transport.ts';

/**
 * Tells which version of OpenADR 3 a VTN speaks, from what only one of them has: `/auth/server` is mandatory in
 * 3.1 and unknown to 3.0; `/resources` stands at the top in 3.1 and within a VEN in 3.0. Undefined where it
 * looks like neither. Sends up to three GETs; throws what Transport.send throws.
 */
export async function detectVersion(transport: Transport): Promise<OpenAdrVersion | undefined> {
  const server = await transport.send({ method: 'GET', path: '/auth/server', withoutToken: true });
  if (server.status === 200 && authServerInfo.safeParse(parseJson(server.body)).success) return '3.1';
  if (exists(await transport.send({ method: 'GET', path: '/resources?limit=1' }))) return '3.1';
  if (exists(await transport.send({ method: 'GET', path: '/vens?limit=1' }))) return '3.0';
  return undefined;
}

/** Whether a listing is there: it came, or was refused for who asked. */
function exists(response: WireResponse): boolean {
  if (response.status === 401 || response.status === 403) return true;
  return response.status === 200 && Array.isArray(parseJson(response.body));
}
