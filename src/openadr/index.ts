/** A client of OpenADR 3.0 and 3.1 VTNs: docs/openadr-client.md. */

export { type ErrorCode, VenfleetError } from '../core/errors.ts';
export type { OpenAdrVersion } from './call.ts';
export {
  createOpenAdr30Client,
  type EventFilter30,
  type OpenAdr30Client,
  type ReportFilter30,
  type ResourceFilter30,
  type SubscriptionFilter30,
  type TargetFilter30,
  type VenFilter30,
} from './client-v30.ts';
export {
  createOpenAdr31Client,
  type EventFilter31,
  type MqttTopics,
  type OpenAdr31Client,
  type ReportFilter31,
  type ResourceFilter31,
  type SubscriptionFilter31,
  type TargetFilter31,
  type VenFilter31,
} from './client-v31.ts';
export type { Collection, Page } from './collection.ts';
export {
  createTransport,
  type HttpOptions,
  type HttpTransport,
  staticToken,
  type TransportOptions,
} from './http/http.ts';
export type { TlsOptions } from './http/tls.ts';
export type { TokenSource, Transport, WireRequest, WireResponse } from './http/transport.ts';
export { parseNotification30, parseNotification31 } from './notification.ts';
export type { AskedToken } from './oauth/asked-token.ts';
export { type OAuthOptions, oauthTokens } from './oauth/token-renewal.ts';
export { OadrProblem } from './problem.ts';
export type {
  ClientCredentialRequest,
  ClientCredentialResponse,
  ObjectType,
  Point,
  ValuesMap,
} from './schemas/common.ts';
export type * as v30 from './schemas/v30.ts';
export type * as v31 from './schemas/v31.ts';
export { detectVersion } from './version.ts';
