import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  blGrants,
  type Credentials,
  createUser,
  fetchToken,
  type Grant,
  insertFirstUser,
  newSecret,
  signToken,
  venGrants,
} from './accounts.ts';
import { type Binary, findOpenLeadr, type Generation, generations } from './binaries.ts';
import { type Answer, type Call, call } from './http.ts';
import {
  type Cluster,
  type Database,
  findPostgres,
  type PostgresPrograms,
  startCluster,
} from './postgres.ts';
import { type Running, start } from './processes.ts';

export type { Credentials, Grant } from './accounts.ts';
export type { Generation } from './binaries.ts';

/** A running OpenLEADR VTN with a database of its own. */
export interface OpenLeadr {
  readonly generation: Generation;
  /** OpenLEADR's version, e.g. "0.2.6". */
  readonly version: string;
  /** The base URL, without a slash at the end. */
  readonly url: string;
  readonly tokenUrl: string;
  /** Business logic with every scope or role. */
  readonly bl: Credentials;
  /** Makes a client with these grants (scopes on 3.1, roles on 3.0). */
  createClient(clientId: string, grants: readonly Grant[]): Promise<Credentials>;
  /** Makes a client for one VEN: on 3.1 of this clientID, on 3.0 of the VENs with these ids, which must exist. */
  createVenClient(clientId: string, ...venIds: string[]): Promise<Credentials>;
  /** Fetches a token; the same one again for the same client. */
  token(who: Credentials): Promise<string>;
  /** A token that the VTN holds for its own, of any lifetime; below 0 it has expired. */
  signToken(clientId: string, lifetimeSeconds: number, grants?: readonly Grant[]): string;
  /** Sends one raw request; as BL unless a token (or `undefined`, for none) is given. */
  call(path: string, options?: Call): Promise<Answer>;
  /** Runs SQL in its database. */
  sql(text: string): Promise<string>;
  /** Deletes everything but users and credentials (on 3.0 a VEN client loses its role with its VEN). */
  clear(): Promise<void>;
  /** The end of what it logged. */
  log(): string;
  stop(): Promise<void>;
}

/** An OpenLEADR that tests may start, or the reason why they cannot. */
export interface Candidate {
  readonly generation: Generation;
  /** For the names of tests, e.g. "OpenLEADR 0.2.6 (OpenADR 3.1)". */
  readonly title: string;
  /** For `skip` of node:test: the reason, or false. */
  readonly skip: string | false;
  /** `settings`: environment variables for the VTN besides. */
  start(settings?: Readonly<Record<string, string>>): Promise<OpenLeadr>;
}

/**
 * What can be tested on this machine, one candidate a generation. With TEST_VENFLEET_INTEROP=required a missing
 * program is an error instead of a reason to skip.
 */
export async function openLeadrs(): Promise<Candidate[]> {
  const programs = await findPostgres();
  const candidates: Candidate[] = [];
  for (const generation of generations) {
    const binary = await findOpenLeadr(generation);
    const reason = typeof binary === 'string' ? binary : typeof programs === 'string' ? programs : false;
    if (reason !== false && process.env.TEST_VENFLEET_INTEROP === 'required') throw new Error(reason);
    const version = typeof binary === 'string' ? '' : ` ${binary.version}`;
    candidates.push({
      generation,
      title: `OpenLEADR${version} (OpenADR ${generation})`,
      skip: reason,
      start: (settings = {}) => {
        if (typeof binary === 'string' || typeof programs === 'string') throw new Error(String(reason));
        return startOpenLeadr(binary, programs, settings);
      },
    });
  }
  return candidates;
}

/** The port of 0.1.4, which cannot be told another. */
const fixedPort = 3000;
const startTimeoutMs = 30_000;
/** How long to wait for another test to give the fixed port back. */
const portPatienceMs = 120_000;

async function startOpenLeadr(
  binary: Binary,
  programs: PostgresPrograms,
  settings: Readonly<Record<string, string>>,
): Promise<OpenLeadr> {
  const cluster = await startCluster(programs);
  let server: Running | undefined;
  try {
    const db = await cluster.createDatabase('vtn');
    const key = randomBytes(32);
    const started = await startServer(binary, cluster, { ...environment(db, key), ...settings });
    server = started.server;
    const bl: Credentials = { clientId: 'bl', clientSecret: newSecret() };
    await insertFirstUser(db, binary.generation, bl);
    return handle(binary, started.port, started.server, cluster, db, key, bl);
  } catch (error) {
    await server?.stop();
    await cluster.stop();
    throw error;
  }
}

const environment = (db: Database, key: Buffer) => ({
  DATABASE_URL: db.url,
  OAUTH_BASE64_SECRET: key.toString('base64'),
  NO_COLOR: '1',
  RUST_LOG: 'warn,openleadr_vtn=info,openleadr_vtn::api=warn',
});

/** Starts the program until it has got its port and answers. */
async function startServer(binary: Binary, cluster: Cluster, settings: Readonly<Record<string, string>>) {
  const until = performance.now() + portPatienceMs;
  for (;;) {
    const port = binary.generation === '3.0' ? fixedPort : await freePort();
    if (port === fixedPort && (await portTaken(port)) && performance.now() < until) {
      await refuseStranger(port);
      await delay(250);
      continue;
    }
    const server = start(binary.file, [], {
      // Away from any .env file, which it would read.
      cwd: cluster.folder,
      env: {
        ...settings,
        OAUTH_TOKEN_URL: `http://127.0.0.1:${port}/auth/token`,
        PORT: String(port),
      },
      stopSignal: 'SIGTERM',
    });
    try {
      // Its own word that it listens, before asking /health: another server might answer there.
      await server.says(`listening on http://0.0.0.0:${port}`, startTimeoutMs);
      await healthy(`http://127.0.0.1:${port}/health`, server);
      // It goes on without its tables, and would fail later with errors that do not tell why.
      if (server.log().includes('migration failed')) throw new Error('its database migrations failed');
      return { server, port };
    } catch (error) {
      await server.stop();
      // Someone else was faster at the port: once more.
      if (server.log().includes('AddrInUse') && performance.now() < until) continue;
      throw new Error(`OpenLEADR ${binary.version} did not start:\n${server.log()}`, { cause: error });
    }
  }
}

/** Another test's OpenLEADR gives the port back after a while; anything else there is told at once. */
async function refuseStranger(port: number): Promise<void> {
  const answer = await call(`http://127.0.0.1:${port}/health`).catch(() => undefined);
  if (answer?.text === 'OK') return;
  // Gone in the meantime?
  if (!(await portTaken(port))) return;
  throw new Error(
    `Port ${port} is taken by another program; OpenLEADR for OpenADR 3.0 listens on no other port.`,
  );
}

async function healthy(url: string, server: Running): Promise<void> {
  const until = performance.now() + startTimeoutMs;
  while (!server.ended() && performance.now() < until) {
    const answer = await call(url).catch(() => undefined);
    if (answer?.status === 200) return;
    await delay(20);
  }
  throw new Error(`${url} did not become healthy`);
}

function handle(
  binary: Binary,
  port: number,
  server: Running,
  cluster: Cluster,
  db: Database,
  key: Buffer,
  bl: Credentials,
): OpenLeadr {
  const { generation } = binary;
  const url = `http://127.0.0.1:${port}`;
  const tokenUrl = `${url}/auth/token`;
  const tokens = new Map<string, Promise<string>>();
  const token = (who: Credentials) => {
    const known = tokens.get(who.clientId) ?? fetchToken(tokenUrl, who);
    tokens.set(who.clientId, known);
    return known;
  };
  const createClient = async (clientId: string, grants: readonly Grant[]) =>
    createUser(url, await token(bl), generation, clientId, grants);
  return {
    generation,
    version: binary.version,
    url,
    tokenUrl,
    bl,
    token,
    createClient,
    createVenClient: (clientId, ...venIds) => createClient(clientId, venGrants(generation, venIds)),
    signToken: (clientId, lifetimeSeconds, grants = blGrants[generation]) =>
      signToken(key, generation, clientId, grants, lifetimeSeconds),
    call: async (path, options = {}) =>
      call(url + path, 'token' in options ? options : { ...options, token: await token(bl) }),
    sql: (text) => db.sql(text),
    clear: async () => {
      const more = generation === '3.1' ? ', subscription, resource_group' : '';
      await db.sql(`TRUNCATE ven, program, event, report, resource${more} CASCADE`);
    },
    log: () => server.log(),
    stop: async () => {
      await server.stop();
      await cluster.stop();
    },
  };
}

/** A port that is free now; the program is told it a moment later. */
export async function freePort(): Promise<number> {
  const { server, port } = await listen(0);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function portTaken(port: number): Promise<boolean> {
  try {
    const { server } = await listen(port);
    await new Promise((resolve) => server.close(resolve));
    return false;
  } catch {
    return true;
  }
}

function listen(port: number) {
  return new Promise<{ server: ReturnType<typeof createServer>; port: number }>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address !== null ? address.port : port });
    });
  });
}
