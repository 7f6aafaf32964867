import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CommandMetrics } from '../api/metrics/command-metrics.ts';
import { describeError, VenfleetError } from '../core/errors.ts';
import type { CommandContext } from './command.ts';
import { tell } from './render/output.ts';
import { version } from './version.ts';

const host = '127.0.0.1';

/**
 * Does the work, and shows its numbers at `/metrics` of the loopback port that `--metrics-port` names meanwhile; without it,
 * the work gets none. `sinks`: where instructions go, by name. Throws METRICS_LISTEN.
 */
export async function withMetricsPort<T>(
  { values: { metricsPort }, command }: Pick<CommandContext<'metricsPort'>, 'values' | 'command'>,
  work: (metrics: CommandMetrics | undefined) => Promise<T>,
  sinks?: readonly string[],
): Promise<T> {
  if (metricsPort === undefined) return work(undefined);
  // Who does not ask for numbers need not load what makes them.
  const { createCommandMetrics } = await import('../api/metrics/command-metrics.ts');
  const metrics = createCommandMetrics({ version, command, sinks });
  const server = createServer(answering(metrics));
  try {
    server.listen(metricsPort, host);
    await once(server, 'listening');
  } catch (error) {
    const address = `${host}:${metricsPort}`;
    throw new VenfleetError('METRICS_LISTEN', { address, problem: describeError(error) }, { cause: error });
  }
  tell(`Metrics: http://${host}:${(server.address() as AddressInfo).port}/metrics`);
  try {
    return await work(metrics);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Under another name than this machine's own nothing is answered: a page elsewhere may have had it made to lead here. */
const ownName = /^(127\.0\.0\.1|localhost)(:\d+)?$/i;

function answering(metrics: CommandMetrics): RequestListener {
  return async (request, response) => {
    const { method, url = '', headers } = request;
    if (!ownName.test(headers.host ?? '')) return response.writeHead(403).end();
    if (url.split('?')[0] !== '/metrics') return response.writeHead(404).end();
    if (method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end();
    try {
      const { contentType, body } = await metrics.answer();
      return response.writeHead(200, { 'content-type': contentType }).end(body);
    } catch (error) {
      return response.writeHead(500).end(describeError(error));
    }
  };
}
