import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Session } from '../../src/server/schemas/actions.ts';
import { answers } from './stand-in-answers.ts';
import { runningRun, type Scenario, type StandInFleet, standInFleet, summed } from './stand-in-fleet.ts';

/**
 * A server of the page with a made-up fleet behind it, for looking at the page and for tests in a browser:
 * `node test/support/page-stand-in.ts --scenario trouble --port 8123`.
 */
export interface PageStandIn {
  readonly url: string;
  /** Ends all live connections; new ones are refused until `false` is given. */
  cut(isCut: boolean): void;
  /** Each answer of the API is this problem; undefined: as usual. */
  fail(status: number | undefined): void;
  close(): Promise<void>;
}

export const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const folder = fileURLToPath(new URL('../../dist/web', import.meta.url));
const token = 'let-me-in';

export async function startPageStandIn(options: {
  scenario: Scenario;
  port?: number;
  needed?: Session['needed'];
  /** Milliseconds since 1970; undefined: now. */
  nowMs?: number;
}): Promise<PageStandIn> {
  const fleet = standInFleet(options.scenario, options.nowMs ?? Date.now());
  const viewers = new Set<ServerResponse>();
  const state = {
    isCut: false,
    failing: undefined as number | undefined,
    needed: options.needed ?? 'none',
    given: false,
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  async function serve(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://page');
    response.setHeader('content-security-policy', contentPolicy);
    if (!url.pathname.startsWith('/api/v1/')) return serveFile(url.pathname, response);
    const path = url.pathname.slice('/api/v1/'.length);
    if (state.failing !== undefined)
      return sendJson(response, state.failing, {
        code: 'DATABASE_BUSY',
        message: 'The database is busy.',
        hint: 'Try again in a moment.',
      });
    if (path === 'session') return serveSession(request, response);
    const isAct = request.method === 'POST';
    if (!state.given && (state.needed === 'to-look' || (isAct && state.needed === 'to-act')))
      return sendJson(response, 401, { code: 'TOKEN_NEEDED', message: 'This needs a token.' });
    if (path === 'live') return serveLive(response);
    const answer = answers(fleet, path, url.searchParams, request.method ?? 'GET');
    if (answer === undefined)
      return sendJson(response, 404, { code: 'NOT_FOUND', message: 'There is no such thing.' });
    return sendJson(response, 200, answer);
  }
  async function serveSession(request: IncomingMessage, response: ServerResponse) {
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request) body += part;
      state.given = JSON.parse(body).token === token;
      if (!state.given)
        return sendJson(response, 401, { code: 'TOKEN_WRONG', message: 'This is not the token.' });
    }
    sendJson(response, 200, { needed: state.needed, given: state.given });
  }
  function serveLive(response: ServerResponse) {
    if (state.isCut) return response.destroy();
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    say(response, 'overview', fleet.overview());
    say(response, 'matrix', fleet.matrix());
    say(response, 'events', { events: fleet.events() });
    viewers.add(response);
    response.on('close', () => viewers.delete(response));
  }
  const timer = setInterval(() => {
    for (const [name, data] of options.scenario === 'empty' ? [] : goOn(fleet, options.scenario))
      for (const viewer of viewers) say(viewer, name, data);
  }, 1_000);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    cut(isCut) {
      state.isCut = isCut;
      if (isCut) for (const viewer of viewers) viewer.destroy();
    },
    fail(status) {
      state.failing = status;
    },
    async close() {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let seconds = 0;

/** What changes within a second. */
function goOn(fleet: StandInFleet, scenario: Scenario): [string, unknown][] {
  seconds += 1;
  const overview = fleet.overview();
  const perSecond =
    overview.vtn.requests.perSecond * (1 + 0.2 * Math.sin(seconds / 4) + 0.1 * Math.sin(seconds * 2.3));
  overview.at = new Date().toISOString();
  overview.vtn.requests.perSecond = perSecond;
  if (scenario !== 'registering') return [['overview', overview]];
  const row = fleet.rows.find(({ all: [, , , waiting] }) => waiting > 0);
  if (row) {
    row.cells = row.cells.map(([total, registered, failed, waiting, skipped]) => [
      total,
      registered + waiting,
      failed,
      0,
      skipped,
    ]);
    row.all = summed(row.cells);
  }
  const loadsPerSecond = 742 + 120 * Math.sin(seconds / 5) + 60 * Math.sin(seconds * 1.7);
  overview.run = {
    ...runningRun(31_000 + seconds * 742, 35 + seconds, fleet.iso),
    perSecond: loadsPerSecond,
  };
  return [
    ['overview', overview],
    ['matrix', { components: fleet.matrix().components, vens: row ? [{ ...row }] : [] }],
  ];
}

function say(response: ServerResponse, name: string, data: unknown): void {
  response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

function sendJson(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const name = path === '/' ? 'index.html' : decodeURIComponent(path).replaceAll('..', '');
  const content = await readFile(join(folder, name)).catch(() => undefined);
  response.writeHead(content ? 200 : 404, {
    'content-type': types[extname(name)] ?? 'application/octet-stream',
  });
  response.end(content);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'trouble' },
      port: { type: 'string', default: '0' },
      needed: { type: 'string' },
    },
  });
  const page = await startPageStandIn({
    scenario: values.scenario as Scenario,
    port: Number(values.port),
    needed: (values.needed ?? 'none') as Session['needed'],
  });
  console.log(`${page.url} (its token: ${token})`);
}
