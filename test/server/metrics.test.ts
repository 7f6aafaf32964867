import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKeeperMetrics } from '../../src/api/metrics/keeper-metrics.ts';
import { terminal } from '../cli/terminal.ts';
import { root, tableBelow } from '../docs/code-blocks.ts';
import { faultsOf, type Metric, namesOfSeries, readExposition } from '../support/exposition.ts';
import { pythonDatabase, sitesOf, temporaryFolder } from '../support/fleet-database.ts';
import { createPageFleet, createPageKeeper } from '../support/page-fleet.ts';
import { promtool, withoutPromtool } from '../support/promtool.ts';
import { alertRules, askedFor, queriesOf, readDashboard } from '../support/queries.ts';
import { askUntil, servedMetrics } from '../support/served-metrics.ts';
import { simulatorFor } from '../support/simulator.ts';

test('what venfleet serve tells Prometheus', async (t) => {
  const text = await servedMetrics(t);
  const metrics = readExposition(text);

  await t.test('is well formed: help, types, names, units, no series twice', () => {
    assert.deepEqual(faultsOf(metrics), []);
    const filled = metrics.filter(({ samples }) => samples.length > 0).map(({ name }) => name);
    for (const name of ['venfleet_loads', 'venfleet_dispatch_lateness_seconds', 'venfleet_report_loads'])
      assert.ok(filled.includes(name), name);
  });

  await t.test('is what promtool takes', { skip: withoutPromtool }, () => {
    assert.deepEqual(promtool(['check', 'metrics'], text), { status: 0, said: '' });
  });

  await t.test('is what docs/operations.md lists', () => {
    const own = metrics.filter(({ name }) => name.startsWith('venfleet_'));
    const rows = tableBelow('docs/operations.md', 'Metrics').map((row) => row.map(withoutTicks));
    const documented = new Map(rows.map(([name = '', type = '', labels = '']) => [name, { type, labels }]));
    assert.deepEqual([...documented.keys()].sort(), own.map(({ name }) => name).sort());
    for (const { name, type, samples } of own) {
      const of = documented.get(name);
      assert.equal(of?.type, type, name);
      const labels = Object.keys(samples[0]?.labels ?? {}).filter((label) => label !== 'le');
      if (samples.length > 0)
        assert.deepEqual(of?.labels.split(', ').filter(Boolean).sort(), labels.sort(), name);
    }
  });

  await t.test('has all that the dashboard asks for', () => {
    const dashboard = readDashboard();
    const variables = dashboard.templating.list.map(({ query }) => JSON.stringify(query));
    assertServed([...queriesOf(dashboard).map(({ expr }) => expr), ...variables].join('\n'), metrics);
  });

  await t.test('has all that the alert rules ask for', () => {
    assertServed(readFileSync(alertRules, 'utf8'), metrics);
  });
});

test('a VTN that refuses the token is not up, nor one for which there is no token', async (t) => {
  const simulator = await simulatorFor(t, {
    dialect: 'openadr-3.1',
    clients: [{ clientId: 'bl', clientSecret: 's' }],
  });
  const credentials: [env: Record<string, string>, tokens: RegExp][] = [
    [{ VENFLEET_TOKEN: 'wrong' }, /^venfleet_token_requests_total\{outcome="refused"\} 0$/m],
    [
      { VENFLEET_CLIENT_ID: 'bl', VENFLEET_CLIENT_SECRET: 'wrong' },
      /^venfleet_token_requests_total\{outcome="refused"\} [1-9]/m,
    ],
  ];
  for (const [env, tokens] of credentials) {
    const { start } = terminal(t);
    const { until } = start(
      { env },
      ...['serve', '--db', pythonDatabase(t, sitesOf({ Aalborg: 1 })), '--vtn-url', simulator.url],
      ...['--profile', 'openadr-3.1', '--port', '0'],
    );
    const [, url] = await until('stdout', /^Page: (\S+)$/m);
    const told = await askUntil(`${url}/metrics`, /^venfleet_vtn_up 0$/m);
    assert.match(told, tokens);
    assert.doesNotMatch(told, /^venfleet_tokens\{/m);
    const { vtn } = (await (await fetch(`${url}/api/v1/overview`)).json()) as { vtn: { state: string } };
    assert.equal(vtn.state, 'refusing-token');
  }
});

test('the event that meter data are filed under is none of those that are counted', async () => {
  const metrics = createKeeperMetrics({ version: '1' });
  metrics.attach(createPageKeeper().keeper, createPageFleet().views);
  assert.match((await metrics.answer()).body, /^venfleet_events\{state="current"\} 1$/m);
});

test('what a sink is handed is counted from 0 on: of what Prometheus sees first it takes nothing for a rise', async () => {
  const { body } = await createKeeperMetrics({ version: '1', sinks: ['file'] }).answer();
  assert.match(body, /^venfleet_dispatches_total\{sink="file",end="missed"\} 0$/m);
  assert.match(body, /^venfleet_dispatch_lateness_seconds_bucket\{le="\+Inf",sink="file"\} 0$/m);
});

const withoutTicks = (cell: string) => cell.replaceAll('`', '');

/** Each series is there, by the labels that it is asked for; `job` and `instance` are of Prometheus itself. */
function assertServed(queries: string, metrics: readonly Metric[]): void {
  const known = namesOfSeries(metrics);
  const asked = askedFor(queries);
  assert.ok(asked.length > 0);
  for (const { name, labels } of asked) {
    assert.ok(known.has(name), name);
    const samples = metrics.flatMap((metric) => metric.samples).filter((sample) => sample.name === name);
    const given = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    if (samples.length === 0) continue;
    for (const label of labels)
      assert.ok(['job', 'instance'].includes(label) || given.has(label), name + label);
  }
}

test('the panels of the dashboard have ids of their own, and none lies on another', () => {
  const { panels } = readDashboard();
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    assert.ok(gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.equal(taken.get(`${x} ${y}`), undefined, title);
        taken.set(`${x} ${y}`, title);
      }
    }
  }
});

test('the queries of the dashboard are PromQL', { skip: withoutPromtool }, (t) => {
  const path = join(temporaryFolder(t), 'queries.json');
  const rules = queriesOf(readDashboard()).map(({ expr }, at) => ({ record: `query_${at}`, expr }));
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  const { status, said } = promtool(['check', 'rules', path]);
  assert.equal(status, 0, said);
});

test('the configuration of Prometheus is one', { skip: withoutPromtool }, (t) => {
  const folder = temporaryFolder(t);
  const config = readFileSync(join(root, 'deploy/prometheus/prometheus.yml'), 'utf8');
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/page-token'), 'a-token');
  writeFileSync(join(folder, 'alerts.yml'), readFileSync(alertRules));
  writeFileSync(join(folder, 'prometheus.yml'), config.replace('/run/secrets', join(folder, 'secrets')));
  const { status, said } = promtool(['check', 'config', join(folder, 'prometheus.yml')]);
  assert.equal(status, 0, said);
});

test('each alert fires for what it is about, and none for a fleet that is well', {
  skip: withoutPromtool,
}, () => {
  const { status, said } = promtool(['test', 'rules', join(import.meta.dirname, 'alerts.test.yml')]);
  assert.equal(status, 0, said);
});

test('the check without promtool finds what promtool would', () => {
  const faulty = [
    '# HELP a_total It falls.\n# TYPE a_total gauge\na_total 1\n',
    '# HELP b \n# TYPE b gauge\nb 1\n',
    '# HELP c_ms Time.\n# TYPE c_ms gauge\nc_ms 1\n',
    '# HELP d Twice.\n# TYPE d gauge\nd{a="1",b="2"} 1\nd{b="2",a="1"} 1\n',
    '# HELP e No end.\n# TYPE e counter\ne 1\n',
  ];
  for (const text of faulty) assert.equal(faultsOf(readExposition(text)).length, 1, text);
  for (const text of ['f 1\n', '# HELP g G.\n# TYPE g gauge\ng{a=b} 1\n', '# HELP h H.\n# TYPE h gauge\nh 1'])
    assert.throws(() => readExposition(text), text);
});

test('docs/operations.md lists the alerts', () => {
  const rules = [...readFileSync(alertRules, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const documented = tableBelow('docs/operations.md', 'Prometheus').map(([name = '']) => withoutTicks(name));
  assert.deepEqual(documented, rules);
});
