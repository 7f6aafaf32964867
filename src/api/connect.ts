import { createTransport, staticToken } from '../openadr/http.ts';
import { flexGatewayProfile, type ServiceLocationShape } from '../profiles/flex-gateway.ts';
import type { Transport, WireProfile } from '../profiles/profile.ts';

/** Which VTN, how it speaks, and who we are to it. */
export interface VtnOptions {
  /** Base URL, e.g. `http://localhost:8000`. */
  readonly vtnUrl: string;
  /** Sent with every request; undefined: none. */
  readonly bearerToken?: string | undefined;
  readonly profile?: 'flex-gateway' | undefined;
  /** `flex-gateway` only; default `string`. */
  readonly serviceLocation?: ServiceLocationShape | undefined;
  /** Connections to the VTN at most. */
  readonly connections: number;
}

export interface Vtn {
  readonly transport: Transport;
  readonly profile: WireProfile;
}

/** Makes what speaks to a VTN; sends nothing yet. Throws VTN_URL, TOKEN_INVALID. */
export function connectVtn(options: VtnOptions): Vtn {
  const { serviceLocation } = options;
  return {
    transport: createTransport({
      url: options.vtnUrl,
      tokens: staticToken(options.bearerToken),
      connections: options.connections,
    }),
    profile: flexGatewayProfile(serviceLocation === undefined ? {} : { serviceLocation }),
  };
}
