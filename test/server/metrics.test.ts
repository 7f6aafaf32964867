import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { faultsOf, readExposition } from '../support/exposition.ts';
import { servedMetrics } from '../support/served-metrics.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

test('what venfleet serve tells Prometheus', async (t) => {
  const text = await servedMetrics(t);
  const metrics = readExposition(text);

  await t.test('is well formed: help, types, names, units, no series twice', () => {
    assert.deepEqual(faultsOf(metrics), []);
    const filled = metrics.filter(({ samples }) => samples.length > 0).map(({ name }) => name);
    for (const name of ['venfleet_loads', 'venfleet_dispatch_lateness_seconds', 'venfleet_report_loads'])
      assert.ok(filled.includes(name), name);
  });

  await t.test('is what promtool takes', { skip: !hasPromtool && 'promtool is not here' }, () => {
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  });
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
