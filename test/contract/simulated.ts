import { startSimulator } from '../../src/simulator/index.ts';
import { fetchToken, type Grant } from '../interop/accounts.ts';
import { call } from '../interop/http.ts';
import type { Credentials, Generation } from '../interop/openleadr.ts';
import type { ContractCandidate, ContractVtn } from './vtn.ts';

/** The simulator of both generations, in the form of the real servers. */
export const simulated: readonly ContractCandidate[] = (['3.0', '3.1'] as const).map((generation) => ({
  generation,
  title: `the simulator (OpenADR ${generation})`,
  skip: false,
  start: () => start(generation),
}));

/** Scopes that the simulator makes a role of, as OpenLEADR does with those of a foreign token. */
const scopesOfRole: Readonly<Record<string, readonly string[]>> = {
  VenManager: ['read_all', 'write_vens'],
  AnyBusiness: ['read_all', 'write_programs', 'write_events'],
};

function scopesOf(grants: readonly Grant[]): string[] {
  return grants.flatMap((grant) => (typeof grant === 'string' ? [grant] : (scopesOfRole[grant.role] ?? [])));
}

async function start(generation: Generation): Promise<ContractVtn> {
  const bl: Credentials = { clientId: 'bl', clientSecret: 'bl-secret' };
  const simulator = await startSimulator({
    dialect: `openadr-${generation}`,
    // As OpenLEADR, which stores subscriptions and calls nobody.
    webhooks: false,
    clients: [bl],
    // As OpenLEADR: 30 days.
    tokenLifetimeS: 30 * 24 * 3600,
  });
  const { url } = simulator;
  const tokenUrl = `${url}/auth/token`;
  const tokens = new Map<string, Promise<string>>();
  const token = (who: Credentials) => {
    const known = tokens.get(who.clientId) ?? fetchToken(tokenUrl, who);
    tokens.set(who.clientId, known);
    return known;
  };
  return {
    generation,
    url,
    tokenUrl,
    bl,
    token,
    async createClient(clientId, grants) {
      const credentials = { clientId, clientSecret: `secret-of-${clientId}` };
      simulator.addClient({ ...credentials, scopes: scopesOf(grants) });
      return credentials;
    },
    async createVenClient(clientId, ...venIds) {
      const credentials = { clientId, clientSecret: `secret-of-${clientId}` };
      simulator.addClient({ ...credentials, role: 'VEN', venIds });
      return credentials;
    },
    signToken: (clientId, lifetimeSeconds) => simulator.tokenFor(clientId, lifetimeSeconds),
    call: async (path, options = {}) =>
      call(url + path, 'token' in options ? options : { ...options, token: await token(bl) }),
    clear: async () => simulator.wipe(),
    stop: () => simulator.close(),
  };
}
