/** `venfleet serve`, as a process, scraped by a real Prometheus with the configuration, rules and dashboard of this repository. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { postEvent } from '../../src/api/post-event.ts';
import { prepareReports } from '../../src/api/prepare-reports.ts';
import { register } from '../../src/api/register.ts';
import { terminal } from '../cli/terminal.ts';
import { json, scriptedServer } from '../openadr/scripted-server.ts';
import { execute, pythonDatabase, readLoads, sitesOf, temporaryFolder } from '../support/fleet-database.ts';
import { hourly, writeMeterFile } from '../support/meter-file.ts';
import { alertRules, askedFor, type PanelQuery, queriesOf, readDashboard } from '../support/queries.ts';
import { simulatorFor } from '../support/simulator.ts';
import { freePort } from './openleadr.ts';
import { findPrometheus, type Prometheus, startPrometheus } from './prometheus.ts';

const prometheus = findPrometheus();
const isMissing = typeof prometheus === 'string';
if (isMissing && process.env.TEST_VENFLEET_INTEROP === 'required') throw new Error(prometheus);

/** Panels with nothing in them while all is well, and why. */
const emptyWhenWell: Readonly<Record<string, string>> = {
  'Most failed loads by VEN': 'no load failed',
  Starts: 'it was begun once',
};

/** What the VTN takes a second, above which it answers 429: so there is a run to be seen, and a rate that is taught. */
const maxRate = 10;
const hours = 24;

/** A fleet of sixty loads with readings until now, and its VTN, which has twelve of them already: those have reports from the start. */
async function fleetOfNow(t: TestContext) {
  const dbPath = pythonDatabase(
    t,
    sitesOf({ Aalborg: 2, Skagen: 8 }).map((site) => ({ ...site, enabled: Number(site.ven === 'Aalborg') })),
  );
  const from = (Math.floor(Date.now() / 3_600_000) - hours) * 3_600;
  const meters: Record<string, Record<string, ReturnType<typeof hourly>>> = {};
  for (const { h5_meter_id: meter, load_component: component } of readLoads(dbPath)) {
    meters[meter] = { ...meters[meter], [component]: hourly(hours, from) };
  }
  const meterData = `${temporaryFolder(t)}/meters.h5`;
  await writeMeterFile(meterData, meters);
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const vtn = { vtnUrl: simulator.url, profile: 'openadr-3.1', bearerToken: 'secret' } as const;
  await register({ ...vtn, dbPath });
  execute(dbPath, 'UPDATE resources SET enabled = 1');
  await prepareReports({ ...vtn, dbPath });
  simulator.set({ maxRate });
  return { dbPath, meterData, simulator, vtn };
}

const longestWaitMs = 60_000;

/** Asks until it is so; throws with the last answer where it never was. */
async function until<T>(ask: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  const end = performance.now() + longestWaitMs;
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(value)}`);
    await delay(200);
  }
}

const alertsOf = async ({ ask }: Prometheus): Promise<string[]> => {
  const { alerts } = await ask('alerts');
  return alerts
    .map(
      ({ state, labels }: { state: string; labels: { alertname: string } }) => `${labels.alertname} ${state}`,
    )
    .sort();
};

test('Prometheus scrapes venfleet serve: the dashboard shows it, and the alerts are those that must be', {
  skip: isMissing && prometheus,
}, async (t) => {
  const fleet = await fleetOfNow(t);
  const { start, write, path } = terminal(t);
  const port = await freePort();
  const tokenFile = write('page-token', 'a-token-of-the-page-0123456789\n');
  const target = { address: `127.0.0.1:${port}`, tokenFile };
  const server = await startPrometheus(
    isMissing ? '' : prometheus.file,
    temporaryFolder(t),
    target,
    'VenfleetVtnUnreachable',
  );
  t.after(() => server.stop());
  await until(
    () => alertsOf(server),
    (alerts) => alerts.join() === 'VenfleetDown pending',
  );

  const { dbPath, meterData, vtn } = fleet;
  const tokens = await scriptedServer(
    t,
    json(200, { access_token: vtn.bearerToken, token_type: 'Bearer', expires_in: 600 }),
  );
  const serve = start(
    { env: { VENFLEET_CLIENT_SECRET: 'not so secret' } },
    ...['serve', '--db', dbPath, '--vtn-url', vtn.vtnUrl, '--profile', vtn.profile, '--port', String(port)],
    ...['--client-id', 'fleet', '--token-url', `${tokens.url}/token`],
    ...['--page-token-file', tokenFile, '--sink', path('told.ndjson'), '--poll', '1'],
    ...['--meter-data', meterData],
  );
  await serve.until('stdout', /^plan succeeded/m);
  fleet.simulator.set({ maxRate: 0 });
  await postEvent({
    ...vtn,
    action: { kind: 'create' },
    wish: { targets: [{ type: null, value: 'load_1' }] },
  });

  await t.test('each query of the dashboard is answered, and none is empty that should not be', async () => {
    const queries = queriesOf(readDashboard(), '4s');
    const emptyPanels = async () => {
      const panels = new Set<string>();
      for (const query of queries) if (!(await hasNumbers(server, query))) panels.add(query.panel);
      return [...panels].sort();
    };
    const allowed = Object.keys(emptyWhenWell).sort();
    await until(emptyPanels, (empty) => empty.join() === allowed.join());
  });

  await t.test('the choices above the dashboard are filled', async () => {
    assert.deepEqual(await choicesOf(server), { job: ['venfleet'], instance: [target.address] });
  });

  await t.test('each series is there that panels and rules ask for', async () => {
    const names: string[] = await server.ask('label/__name__/values');
    const queries = queriesOf(readDashboard()).map(({ expr }) => expr);
    const asked = askedFor([...queries, readFileSync(alertRules, 'utf8')].join('\n'));
    const missing = asked.filter(({ name }) => !names.includes(name));
    assert.deepEqual(missing, []);
    assert.ok(asked.length > 40);
  });

  await t.test('each rule is evaluated, and while all is well none fires, or is about to', async () => {
    const rules = await rulesOf(server);
    assert.ok(rules.length > 0);
    for (const { name, health, lastError, state } of rules)
      assert.deepEqual([name, health, lastError ?? '', state], [name, 'ok', '', 'inactive']);
  });

  await t.test('a VTN that is gone makes its alert fire, and no other', async () => {
    await fleet.simulator.close();
    const alerts = await until(
      () => alertsOf(server),
      (all) => all.some((alert) => alert.endsWith(' firing')),
    );
    const firing = alerts.filter((alert) => alert.endsWith(' firing'));
    assert.deepEqual(firing, ['VenfleetVtnUnreachable firing']);
    // Other signs of the same, which would be told of later.
    const mayBeAbout = ['VenfleetPartDegraded pending', 'VenfleetVtnRequestsFail pending'];
    assert.deepEqual(
      alerts.filter((alert) => !firing.includes(alert) && !mayBeAbout.includes(alert)),
      [],
    );
  });

  await t.test('serve that has ended is down', async () => {
    serve.child.kill('SIGTERM');
    assert.equal((await serve.ended).code, 0);
    await until(
      () => alertsOf(server),
      (alerts) => alerts.includes('VenfleetDown pending'),
    );
  });
});

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state: string;
}

/** The rules, once all were evaluated. */
function rulesOf({ ask }: Prometheus): Promise<Rule[]> {
  const read = async (): Promise<Rule[]> => {
    const { groups } = await ask('rules');
    return groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
  };
  return until(read, (rules) => rules.every(({ health }) => health !== 'unknown'));
}

/** What Grafana asks for the variables of the dashboard: `label_values(series, label)`. */
async function choicesOf({ ask }: Prometheus): Promise<Record<string, string[]>> {
  const choices: Record<string, string[]> = {};
  for (const { name, query } of readDashboard().templating.list) {
    if (typeof query === 'string') continue;
    const [, series = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(query.query) ?? [];
    const match = series.replaceAll('$job', 'venfleet');
    choices[name] = await ask(`label/${label}/values`, { 'match[]': match });
  }
  return choices;
}

/** Whether a query has a number in its answer; it has to be answered. */
async function hasNumbers({ ask }: Prometheus, { expr, isRange }: PanelQuery): Promise<boolean> {
  const now = Date.now() / 1000;
  const { result } = isRange
    ? await ask('query_range', { query: expr, start: String(now - 120), end: String(now), step: '1' })
    : await ask('query', { query: expr });
  const samples = result.flatMap(
    ({ value, values = [value] }: { value: unknown; values?: unknown[] }) => values,
  );
  return samples.some(([, number]: [number, string]) => number !== 'NaN');
}
