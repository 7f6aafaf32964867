import { VenfleetError } from '../../core/errors.ts';

/** Where a broker is, taken apart. */
export interface BrokerAddress {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly hostname: string;
  readonly port: number;
  /** Of a WebSocket: begins with a slash. */
  readonly path: string;
  /** Encrypted. */
  readonly isSecure: boolean;
  /** The whole, for messages: there are no credentials in it. */
  readonly url: string;
}

/** What servers and people write for the two ways and their encrypted forms. */
const protocols: Readonly<Record<string, BrokerAddress['protocol']>> = {
  'tcp:': 'mqtt',
  'mqtt:': 'mqtt',
  'ssl:': 'mqtts',
  'tls:': 'mqtts',
  'mqtts:': 'mqtts',
  'ws:': 'ws',
  'wss:': 'wss',
};

const usualPorts = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const;

/**
 * Reads a broker's URL: `tcp://`, `mqtt://`, `ssl://`, `tls://`, `mqtts://`, `ws://` or `wss://`, a host, perhaps a port, and
 * for WebSockets a path. Throws BROKER_INVALID. Credentials and queries are refused, as URLs are shown in messages and logs;
 * the error shows neither.
 */
export function parseBrokerUrl(text: string): BrokerAddress {
  const refuse = (problem: string) =>
    new VenfleetError('BROKER_INVALID', { url: withoutSecrets(text), problem });
  const url = URL.parse(text.trim());
  if (!url) throw refuse('its address cannot be read as a URL');
  const protocol = protocols[url.protocol];
  if (protocol === undefined || url.hostname === '')
    throw refuse('its address must begin with mqtt://, mqtts://, ws:// or wss://, and name a host');
  if (url.username !== '' || url.password !== '') throw refuse('its address must not carry credentials');
  if (url.search !== '' || url.hash !== '') throw refuse('its address must not have a query or a fragment');
  const isWebSocket = protocol === 'ws' || protocol === 'wss';
  const path = url.pathname === '' ? '/' : url.pathname;
  if (!isWebSocket && path !== '/') throw refuse('its address has a path, which only WebSockets have');
  return {
    protocol,
    // A socket takes an IPv6 address without its brackets; a WebSocket's URL keeps them.
    hostname: isWebSocket ? url.hostname : url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? usualPorts[protocol] : Number(url.port),
    path,
    isSecure: protocol === 'mqtts' || protocol === 'wss',
    url: `${protocol}://${url.host}${path === '/' ? '' : path}`,
  };
}

/** The text of a would-be URL, with "…" for what stands before an "@" or after a "?" or "#". */
function withoutSecrets(text: string): string {
  return text.replace(/([?#]).*$/s, '$1…').replace(/^(\s*(?:[a-z][a-z0-9+.-]*:)?(?:\/\/)?).*@/is, '$1…@');
}
