import type { TestContext } from 'node:test';
import type { Simulator, SimulatorClient, SimulatorOptions } from '../../../src/simulator/index.ts';
import { type Answer, running, sender } from '../helpers.ts';

/** Sends one request as one client. */
export type As = (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;

export interface Vtn {
  readonly simulator: Simulator;
  readonly bl: As;
  /** Adds a client and speaks as it. */
  client(client: Omit<SimulatorClient, 'clientSecret'>): As;
  /** Speaks with this token. */
  withToken(token: string): As;
}

/** An OpenADR VTN that knows its clients. */
export async function vtn(
  t: TestContext,
  version: '3.0' | '3.1',
  options: SimulatorOptions = {},
): Promise<Vtn> {
  const clients = [{ clientId: 'bl', clientSecret: 'secret' }];
  const [simulator] = await running(t, { dialect: `openadr-${version}`, clients, ...options });
  const send = sender(simulator.url);
  const withToken =
    (token: string): As =>
    (method, path, body, headers) =>
      send(method, path, body, { authorization: `Bearer ${token}`, ...headers });
  return {
    simulator,
    withToken,
    bl: withToken(simulator.tokenFor('bl', 60)),
    client(client) {
      simulator.addClient({ ...client, clientSecret: 'secret' });
      return withToken(simulator.tokenFor(client.clientId, 60));
    },
  };
}

export const ven31 = (venName: string, more: object = {}) => ({
  objectType: 'BL_VEN_REQUEST',
  clientID: `c-${venName}`,
  venName,
  ...more,
});

export const resource31 = (venID: string, resourceName: string, more: object = {}) => ({
  objectType: 'BL_RESOURCE_REQUEST',
  clientID: 'ignored',
  venID,
  resourceName,
  ...more,
});

export const named = (answer: Answer, field: string): string[] =>
  answer.body.map((one: Record<string, string>) => one[field]);
