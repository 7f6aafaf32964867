/** One request to a VTN, ready to send. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL, beginning with a slash, with its query. */
  readonly path: string;
  /** JSON, as text or in UTF-8, perhaps in pieces, unless `contentType` says otherwise. */
  readonly body?: string | Uint8Array | readonly Uint8Array[];
  readonly contentType?: string;
  /** How the body is compressed, where it is: `gzip`. */
  readonly contentEncoding?: string;
  /** Whether to send no token: for operations that come before there is one. */
  readonly withoutToken?: boolean;
  /** The VEN in whose name it is sent, where VENs with credentials of their own share the connections. */
  readonly as?: string;
}

/** A VTN's whole answer. */
export interface WireResponse {
  readonly status: number;
  /** The media type, lower case, without parameters; empty where absent. */
  readonly contentType: string;
  /** What `Retry-After` asked for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly body: string;
  /** `WWW-Authenticate`, from status 300 on. */
  readonly challenge?: string;
  /** `Location`, from status 300 on: where a redirect leads, which is never followed. */
  readonly location?: string;
}

/**
 * Waits for something of our own, such as a token, while a request stands aside: it has no place among those in flight.
 * Where there is something to go on with, it has one again when this resolves.
 */
export type StandAside = <T>(wait: Promise<T>) => Promise<T>;

/** Sends requests to one VTN, with its token. Safe to use for many requests at once. */
export interface Transport {
  /** The VTN's base URL, without credentials or a slash at the end: for messages. */
  readonly url: string;
  /** Each request goes out with the credentials of the VEN that it is `as`; a refused one says nothing of others. */
  readonly ownCredentials?: boolean;
  /** There is no token: a refusal says that one is wanted. */
  readonly sendsNoToken?: boolean;
  /**
   * Sends one request once, and never follows a redirect. (Where the token source can renew, a request that
   * was refused for its token, and so not carried out, is sent once more with the new one.)
   * Throws a VenfleetError: VTN_UNREACHABLE where the VTN surely never got the request; VTN_NO_ANSWER where
   * it may have (connection lost, time-out, answer too large); VTN_ENCODING, where the answer cannot be read;
   * VTN_TLS and VTN_TLS_CLIENT; TOKEN_INVALID; and what the token source throws.
   */
  send(request: WireRequest, standAside?: StandAside): Promise<WireResponse>;
  /**
   * Takes no more requests, waits for those under way, and closes the connections; with `abandon` it does not wait, and
   * they fail.
   */
  close(how?: { readonly abandon: boolean }): Promise<void>;
}

/** Where a request's bearer token comes from. */
export interface TokenSource {
  /** There is no token, and never will be. */
  readonly isEmpty?: boolean;
  /** The token to use now, or undefined to send none. */
  token(): Promise<string | undefined> | string | undefined;
  /**
   * Called when the VTN answered 401 or 403 to `token`; `operation` says to what kind of request (`GET /vens`).
   * Returns the token to try once more with, or undefined to let the refusal stand. A source without it costs
   * nothing per request.
   */
  refused?(token: string, status: 401 | 403, operation: string): Promise<string | undefined>;
  /**
   * Called when the VTN answered 401 and called `token` invalid, before `refused`: a fresh one may become valid in a
   * moment. Waits for that, and returns the token to try with; undefined where nothing is to be hoped for.
   */
  calledInvalid?(token: string): Promise<string | undefined>;
  /** Called when the token that `refused` gave was refused as well: renewing it does not help such requests. */
  refusedAgain?(token: string, status: 401 | 403, operation: string): void;
}
