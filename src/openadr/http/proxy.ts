import { BlockList, isIP } from 'node:net';
import { VenfleetError } from '../../core/errors.ts';

/** A proxy between us and a server. */
export interface HttpProxy {
  /** With its credentials, if it has any: for undici alone. */
  readonly url: string;
  /** Without them, for messages. */
  readonly shown: string;
}

/**
 * The proxy for a server: the one that `setting` names; none where that is 'none'; else what the environment says as
 * curl has it: `http_proxy` or `https_proxy` by the server's scheme, but for the hosts in `no_proxy`, each in small
 * letters first, then in capital ones. For this machine itself the environment's proxy is never used. Throws
 * PROXY_INVALID.
 */
export function proxyFor(
  server: URL,
  setting: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): HttpProxy | undefined {
  if (setting === 'none') return undefined;
  if (setting !== undefined) return parseProxy(setting);
  const variable = (name: string) => env[name] ?? env[name.toUpperCase()] ?? '';
  const found = variable(server.protocol === 'https:' ? 'https_proxy' : 'http_proxy').trim();
  if (found === '' || isLoopback(server.hostname) || isExempt(server, variable('no_proxy'))) return undefined;
  return parseProxy(found);
}

function parseProxy(text: string): HttpProxy {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  const refuse = (problem: string) =>
    new VenfleetError('PROXY_INVALID', {
      proxy: url ? `${url.protocol}//${url.host}` : text.replace(/^.*@/s, '…@'),
      problem,
    });
  if (!url) throw refuse('it cannot be read as a URL');
  if (!/^https?:$/.test(url.protocol)) throw refuse('it must begin with http:// or https://');
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    throw refuse('its credentials are not percent-encoded as they must be in a URL');
  }
  return { url: url.href, shown: url.origin };
}

function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(.)\.$/, '$1');
}

function isLoopback(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.[\d.]+$/.test(host);
}

/** Whether `no_proxy` names a server: by name, by the domain that it lies in, by address or network, or by "*". */
function isExempt(server: URL, noProxy: string): boolean {
  const host = bareHost(server.hostname);
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[\s,]+/).some((entry) => {
    const [, name = '', onlyPort] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
    if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
    if (name === '*') return true;
    if (name.includes('/')) return isInNetwork(host, name);
    const exempt = bareHost(name).replace(/^\*?\./, '');
    const isSubdomainOnly = name.startsWith('*.');
    return (host === exempt && !isSubdomainOnly) || host.endsWith(`.${exempt}`);
  });
}

/** Whether an address lies in a network like 10.0.0.0/8. */
function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(host);
  if (family === 0 || family !== isIP(bareHost(address)) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(bareHost(address), Number(bits), type);
  return list.check(host, type);
}
