import { VenfleetError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { bearing } from '../core/same-name.ts';
import type { AskedWait, AskedWaits } from '../delivery/asked-waits.ts';
import { isOwnRefusal } from '../delivery/attempt.ts';
import type { EndedRequest } from '../monitoring/metrics/request-metrics.ts';
import { parseBaseUrl } from '../openadr/http/base-url.ts';
import { changingToken } from '../openadr/http/changing-token.ts';
import { createTransport, type HttpTransport, staticToken } from '../openadr/http/http.ts';
import type { TlsOptions } from '../openadr/http/tls.ts';
import type { TokenSource, Transport } from '../openadr/http/transport.ts';
import type { AskedToken } from '../openadr/oauth/asked-token.ts';
import type { AuthStyle } from '../openadr/oauth/auth-styles.ts';
import {
  defaultProfile,
  type ProfileChoice,
  type ProfileName,
  profileNamed,
} from '../profiles/choose-profile.ts';
import type { OpenAdrRole } from '../profiles/openadr-role.ts';
import type { Profile, ServiceLocationShape } from '../profiles/profile.ts';
import type { ReconciliationProfile } from '../profiles/reconciliation-profile.ts';
import { loggingEndpoint } from './logging/log-endpoint.ts';
import { observedTransport } from './logging/observed-transport.ts';

export type { Logger } from '../core/log.ts';
export type { AskedWait, WaitTotal, WaitTotals } from '../delivery/asked-waits.ts';
export type { AskedToken } from '../openadr/oauth/asked-token.ts';

/** An OAuth2 client (client credentials grant). */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Which VTN, how it speaks, and who we are to it. */
export interface VtnOptions {
  /** Base URL, e.g. `http://localhost:8000`. */
  readonly vtnUrl: string;
  /**
   * A token sent with every request, in place of `credentials`; or a function that gives it, which is asked again from time
   * to time and when the VTN refuses the token: for one that others renew.
   */
  readonly bearerToken?: string | (() => string) | undefined;
  /** Tokens are fetched with these, and renewed. Without them and `bearerToken`, no token is sent. */
  readonly credentials?: ClientCredentials | undefined;
  /** For each VEN its own, by its name; the VENs then speak for themselves (`role` VEN). */
  readonly venCredentials?: Readonly<Record<string, ClientCredentials>> | undefined;
  /** Credentials in the form, or as HTTP Basic. Default: `basic` for `flex-gateway`, else `form`. */
  readonly authStyle?: AuthStyle | undefined;
  /** The token endpoint. Default: what the VTN's `/auth/server` names, else `<vtnUrl>/auth/token`. */
  readonly tokenUrl?: string | undefined;
  /** Scopes to ask for, with spaces in between. */
  readonly oauthScope?: string | undefined;
  readonly audience?: string | undefined;
  /** Own certificate authority, client certificate; for the VTN and the token endpoint, as far as they are https. */
  readonly tls?: TlsOptions | undefined;
  /**
   * The URL of a proxy for both, which may hold credentials, or `none`. Default: `HTTP_PROXY`, `HTTPS_PROXY` and
   * `NO_PROXY` of the environment.
   */
  readonly proxy?: string | undefined;
  /** Default `flex-gateway`. */
  readonly profile?: ProfileName | undefined;
  /** `flex-gateway` only; default `string`. */
  readonly serviceLocation?: ServiceLocationShape | undefined;
  /** OpenADR only: as whom to speak. Default BL, or VEN with `venCredentials`. */
  readonly role?: OpenAdrRole | undefined;
  /** `openadr-3.1` as BL only: the clientID of VENs that are created; `{ven}` stands for the VEN's name. */
  readonly clientIdTemplate?: string | undefined;
  /** Told of what is done: pino's logger, or anything with its `debug`, `info`, `warn` and `error`. */
  readonly log?: Logger | undefined;
  /** Ends what is under way, also the wait for a token endpoint that asked to be left alone. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the VTN or the token endpoint asks to be left alone for a while (429 or 503 with `Retry-After`). */
  readonly onAskedToWait?: ((wait: AskedWait) => void) | undefined;
  /** Called with each request to the VTN when it has come to its end, with an answer or without: for metrics. */
  readonly onRequest?: ((request: EndedRequest) => void) | undefined;
  /** Called with each token that was asked for with credentials, when it is here or cannot be had: for metrics. */
  readonly onToken?: ((asked: AskedToken) => void) | undefined;
}

/** What those who connect need besides. */
interface ConnectionOptions extends VtnOptions {
  /** Connections to the VTN at most. */
  readonly connections: number;
  /** The waits of the token endpoint are told here. */
  readonly waits?: AskedWaits | undefined;
}

export interface Vtn {
  readonly transport: Transport;
  readonly profile: ReconciliationProfile;
  /**
   * Throws VTN_WRONG_VERSION where the VTN speaks the other version of OpenADR 3 and demonstrably not this one, and
   * VTN_WRONG_ANSWER where it speaks no OpenADR. One that does not tell, or does not answer now, passes. `over`: another way to it
   * than `transport`.
   */
  checkVersion(over?: Transport): Promise<void>;
  /** The same before a VTN is listed: then a gateway is looked at too, since its listing would only seem empty. */
  checkBeforeListing(over?: Transport): Promise<void>;
  /** The bearer token that requests go out with (`venName`: those in a VEN's name), good for now: for brokers that want it too. */
  tokenOf(venName: string | undefined): Promise<string | undefined>;
}

/**
 * OpenADR 3.0 answers a VEN with all of its resources, a kilobyte each: 9 MB for the largest VEN of the reference
 * fleet. Some VTNs list all resources at once.
 */
const largestAnswerBytes = 64 * 1024 * 1024;

/**
 * Makes what speaks to a VTN; sends nothing yet. What only some VTNs need is loaded for these: half of what there
 * is. Throws VTN_URL, TOKEN_INVALID, TLS_INVALID, TLS_UNUSED, PROXY_INVALID,
 * OAUTH_ENDPOINT.
 */
export async function connectVtn(options: ConnectionOptions): Promise<Vtn> {
  const { vtnUrl, tls, proxy, connections, venCredentials } = options;
  throwIfTlsUnused(options);
  const choice = profileChoice(options);
  const kind = profileNamed(choice.profile);
  const profile = await kind.jobs.registration(choice);
  const tokens = await tokensOf(options, options.credentials);
  const base = createTransport({
    url: vtnUrl,
    tokens,
    connections,
    // Answers are quoted where they make no sense, successes too.
    hideToken: 'everywhere',
    maxAnswerBytes: largestAnswerBytes,
    ...(tls && { tls }),
    ...(proxy !== undefined && { proxy }),
  });
  const plain = venCredentials ? transportByVen(base, options, venCredentials) : base;
  const { log, onRequest } = options;
  const observers = { log: showsDebug(log) ? log : undefined, onRequest };
  const isObserved = observers.log !== undefined || onRequest !== undefined;
  const transport = isObserved ? observedTransport(plain, observers) : plain;
  const probes = venCredentials ? Object.keys(venCredentials).slice(0, mostProbes) : [undefined];
  const isGateway = kind.openAdrVersion === undefined;
  const check = (over = transport) => checkVersion(over, kind, probes, log);
  return {
    transport,
    profile,
    checkVersion: check,
    checkBeforeListing: (over = transport) => (isGateway ? checkGateway(over, kind) : check(over)),
    async tokenOf(venName) {
      const [own] =
        venName !== undefined && venCredentials
          ? bearing(Object.entries(venCredentials), ([name]) => name, venName)
          : [];
      return (own ? await tokensOf(options, own[1]) : tokens).token();
    },
  };
}

function showsDebug(log: Logger | undefined): log is Logger {
  return log !== undefined && (log.isLevelEnabled?.('debug') ?? true);
}

/** A VTN's base URL as it is used. Throws VTN_URL, e.g. for one that carries credentials. */
export function usedVtnUrl(vtnUrl: string): string {
  return parseBaseUrl(vtnUrl).url;
}

/** Which profile the options ask for. */
export function profileChoice(
  options: Pick<VtnOptions, 'profile' | 'role' | 'venCredentials' | 'serviceLocation' | 'clientIdTemplate'>,
): ProfileChoice {
  return {
    profile: options.profile ?? defaultProfile,
    role: options.role ?? (options.venCredentials ? 'VEN' : 'BL'),
    serviceLocation: options.serviceLocation,
    clientIdTemplate: options.clientIdTemplate,
  };
}

/** Certificates that nothing uses are a mistake: the address was meant to be https. */
function throwIfTlsUnused({ vtnUrl, tls, tokenUrl, credentials, venCredentials }: VtnOptions): void {
  if (!tls) return;
  const { origin } = parseBaseUrl(vtnUrl);
  const fetchesTokens = credentials !== undefined || venCredentials !== undefined;
  const isSecure = (url: string) => /^https:/i.test(url.trim());
  if (isSecure(origin) || (fetchesTokens && tokenUrl !== undefined && isSecure(tokenUrl))) return;
  throw new VenfleetError('TLS_UNUSED', { url: origin });
}

async function tokensOf(
  options: ConnectionOptions,
  credentials: ClientCredentials | undefined,
): Promise<TokenSource> {
  const { bearerToken } = options;
  if (!credentials)
    return typeof bearerToken === 'function' ? changingToken(bearerToken) : staticToken(bearerToken);
  const { vtnUrl, tokenUrl, oauthScope: scope, audience, tls, proxy, signal, log, waits, onToken } = options;
  const { oauthTokens } = await import('../openadr/oauth/token-renewal.ts');
  return oauthTokens({
    ...credentials,
    vtnUrl,
    style: options.authStyle ?? profileNamed(options.profile).authStyle,
    ...(tokenUrl !== undefined && { tokenUrl }),
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { audience }),
    ...(tls && { tls }),
    ...(proxy !== undefined && { proxy }),
    ...(signal && { signal }),
    ...(showsDebug(log) && { onRequest: loggingEndpoint(log) }),
    ...(onToken && { onToken }),
    onPause: ({ status, ms }) => waits?.asked('token-endpoint', status, ms),
  });
}

/** Sends each request with the credentials of the VEN in whose name it is. */
function transportByVen(
  base: HttpTransport,
  options: ConnectionOptions,
  credentials: Readonly<Record<string, ClientCredentials>>,
): Transport {
  const byVen = new Map<string, Promise<HttpTransport>>();
  const transportOf = (ven: string): Promise<HttpTransport> => {
    const known = byVen.get(ven);
    if (known) return known;
    const [own] = bearing(Object.entries(credentials), ([name]) => name, ven);
    if (!own) throw new VenfleetError('CREDENTIALS_MISSING', { ven });
    const made = tokensOf(options, own[1]).then((tokens) => base.withTokens(tokens));
    byVen.set(ven, made);
    return made;
  };
  return {
    url: base.url,
    ownCredentials: true,
    close: base.close,
    send: async (request, standAside) =>
      (request.as === undefined ? base : await transportOf(request.as)).send(request, standAside),
  };
}

/** VENs with credentials of their own that are asked for the version at most, as some may be refused. */
const mostProbes = 3;

/** `probes`: in whose names to ask; the first that gets an answer counts. */
async function checkVersion(
  transport: Transport,
  { name: profile, openAdrVersion }: Profile,
  probes: readonly (string | undefined)[],
  log: Logger | undefined,
): Promise<void> {
  if (openAdrVersion === undefined) return;
  const { detectVersion, lacksVersion, speaksOpenAdr } = await import('../openadr/version.ts');
  for (const as of probes) {
    const probe = as === undefined ? transport : inTheNameOf(transport, as);
    const found = await unlessPassing(transport, () => detectVersion(probe));
    if (found === openAdrVersion) return;
    const { url } = transport;
    if (found === undefined) {
      if ((await unlessPassing(transport, () => speaksOpenAdr(probe))) !== false) continue;
      throw new VenfleetError('VTN_WRONG_ANSWER', { url, profile, problem: 'its resources are not OpenADR' });
    }
    if (await unlessPassing(transport, () => lacksVersion(probe, openAdrVersion)))
      throw new VenfleetError('VTN_WRONG_VERSION', { url, found, profile });
    log?.warn({ vtn: url, profile, found }, 'the VTN speaks the other version too');
    return;
  }
}

/**
 * Whether a VTN that is to be listed is an OpenADR one, of which a gateway's look-ups would find nothing, as if all were
 * still to be created. Throws VTN_WRONG_ANSWER.
 */
async function checkGateway(transport: Transport, { name: profile }: Profile): Promise<void> {
  const { speaksOpenAdr } = await import('../openadr/version.ts');
  if (!(await unlessPassing(transport, () => speaksOpenAdr(transport)))) return;
  const problem = 'it speaks OpenADR, whose resources are others';
  throw new VenfleetError('VTN_WRONG_ANSWER', { url: transport.url, profile, problem });
}

/** What a look at the VTN says; undefined where it cannot be had now, which says nothing of the VTN. */
async function unlessPassing<T>(transport: Transport, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const isPassing = error instanceof VenfleetError && error.retryable;
    if (isPassing || isOwnRefusal(error, transport)) return undefined;
    throw error;
  }
}

function inTheNameOf(transport: Transport, as: string): Transport {
  return { ...transport, send: (request) => transport.send({ ...request, as }) };
}
