import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../docs/code-blocks.ts';
import { alertRules } from '../support/queries.ts';
import { callOk } from './http.ts';
import { freePort } from './openleadr.ts';
import { findExecutables, pathFolders, start } from './processes.ts';

/** A running Prometheus. */
export interface Prometheus {
  /** Asks its API, and returns `data`. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever it says; the tests say what they expect of it.
  ask(path: string, query?: Readonly<Record<string, string>>): Promise<any>;
  stop(): Promise<void>;
}

/** What it scrapes: a host and port, with the token in this file. */
export interface Target {
  readonly address: string;
  readonly tokenFile: string;
}

/** Prometheus' program, or the reason why there is none. */
export function findPrometheus(): { readonly file: string } | string {
  const [file] = findExecutables('prometheus', pathFolders());
  return file === undefined ? 'no prometheus on PATH' : { file };
}

/**
 * Starts Prometheus on loopback, with the configuration and the rules of deploy/prometheus: each second in the place of
 * half a minute, and for an alert of `soon` two seconds are enough.
 */
export async function startPrometheus(
  file: string,
  folder: string,
  { address, tokenFile }: Target,
  soon: string,
): Promise<Prometheus> {
  const config = changed(readFileSync(join(root, 'deploy/prometheus/prometheus.yml'), 'utf8'), [
    ['scrape_interval: 30s', 'scrape_interval: 1s'],
    ['evaluation_interval: 30s', 'evaluation_interval: 1s'],
    ['/run/secrets/page-token', tokenFile],
    ['"venfleet:8080"', JSON.stringify(address)],
  ]);
  writeFileSync(join(folder, 'prometheus.yml'), config);
  const rules = readFileSync(alertRules, 'utf8');
  const at = rules.indexOf(`alert: ${soon}\n`);
  if (at === -1) throw new Error(`no alert ${soon}`);
  const from = rules.slice(at).replace(/for: \w+/, 'for: 2s');
  writeFileSync(join(folder, 'alerts.yml'), rules.slice(0, at) + from);
  const listen = `127.0.0.1:${await freePort()}`;
  const server = start(
    file,
    ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${listen}`],
    { cwd: folder, env: {}, stopSignal: 'SIGTERM' },
  );
  try {
    await server.says('Server is ready to receive web requests', 30_000);
  } catch (error) {
    await server.stop();
    throw new Error(`Prometheus did not start:\n${server.log()}`, { cause: error });
  }
  return {
    async ask(path, query = {}) {
      const { status, data } = await callOk(`http://${listen}/api/v1/${path}?${new URLSearchParams(query)}`);
      if (status !== 'success') throw new Error(`${path}: ${status}`);
      return data;
    },
    stop: () => server.stop(),
  };
}

/** Throws where what is to be replaced is not there just once. */
function changed(text: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((now, [from, to]) => {
    if (now.split(from).length !== 2) throw new Error(`not there once: ${from}`);
    return now.replace(from, to);
  }, text);
}
