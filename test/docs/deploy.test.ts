import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { request } from 'undici';
import { vtnOptions } from '../../src/cli/options/vtn-options.ts';
import { pageServer, pageToken } from '../support/page-server.ts';
import { readDocument, root } from './code-blocks.ts';

const unit = 'deploy/venfleet.service';
const compose = 'deploy/compose.yaml';
const kubernetes = 'deploy/kubernetes.yaml';
const prometheus = 'deploy/prometheus/prometheus.yml';
/** Seconds within which serve ends (docs/serve.md). */
const stopsWithin = 30;

test('variables that deployments set are those of the program', () => {
  const known = new Set(readDocument('docs/configuration.md').match(/\bVENFLEET_[A-Z_]+/g));
  for (const file of ['Dockerfile', unit, compose, kubernetes]) {
    const set = readDocument(file).match(/\bVENFLEET_[A-Z_]+/g) ?? [];
    assert.ok(set.length > 0, file);
    for (const name of set) assert.ok(known.has(name), `${file}: ${name}`);
  }
});

test('what fails while nobody looks is logged, and what a deployment refers to is there', () => {
  for (const file of ['Dockerfile', unit])
    assert.match(readDocument(file), /\bVENFLEET_LOG_LEVEL=warn\b/, file);
  for (const file of ['Dockerfile', unit, compose, kubernetes])
    for (const [, document = '', heading = ''] of readDocument(file).matchAll(/(docs\/\w+\.md), "([^"]+)"/g))
      assert.match(readDocument(document), new RegExp(`^#+ ${heading}$`, 'm'), `${file}: ${document}`);
});

test('the memory that Kubernetes is told of is what was measured', () => {
  const [, event = '', comparisons = ''] =
    /an event for all took (\d+) MB at most, comparisons (\d+) /.exec(readDocument(kubernetes)) ?? [];
  assert.deepEqual([event, comparisons].map(Number), [
    mostMb('an event for all right after it was registered and compared'),
    mostMb('the same with comparisons after it'),
  ]);
});

/** The most of the runs that a row of docs/performance.md tells of. */
function mostMb(row: string): number {
  const [, runs = ''] =
    new RegExp(`^\\| ${row}, MB \\| ([^|]+) \\|`, 'm').exec(readDocument('docs/performance.md')) ?? [];
  return Math.max(...runs.split(',').map(Number));
}

test('nobody kills serve before it has had its time to end', () => {
  const times = [
    [unit, /^TimeoutStopSec=(\d+)$/m],
    [compose, /stop_grace_period: (\d+)s$/m],
    [kubernetes, /terminationGracePeriodSeconds: (\d+)$/m],
  ] as const;
  for (const [file, pattern] of times) {
    const [, seconds] = pattern.exec(readDocument(file)) ?? [];
    assert.ok(Number(seconds) > stopsWithin, file);
  }
});

test('the image is made of what is there', () => {
  const kept = [...readDocument('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path = '']) => path);
  for (const path of kept) assert.ok(existsSync(join(root, path)), path);
});

test('what asks the container without a token finds what it asks for', async (t) => {
  const metrics = async () => ({ contentType: 'text/plain', body: '' });
  const { url } = await pageServer(t, { pageToken, metrics });
  const probes = [...readDocument(kubernetes).matchAll(/httpGet: \{ path: (\S+), port: http \}/g)].map(
    ([, path = '']) => path,
  );
  assert.deepEqual(probes, ['/healthz', '/readyz', '/healthz']);
  const [, check = ''] =
    /fetch\('http:\/\/127\.0\.0\.1:8080([^']+)'\)/.exec(readDocument('Dockerfile')) ?? [];
  for (const path of [...probes, check]) {
    // A kubelet asks by the address of the pod.
    const { statusCode, body } = await request(`${url}${path}`, { headers: { host: '10.42.0.7:8080' } });
    await body.dump();
    assert.equal(statusCode, 200, path);
  }
  const [, scraped] = /metrics_path: (\S+)/.exec(readDocument(prometheus)) ?? [];
  assert.equal((await fetch(url + scraped)).status, 401);
  const headers = { authorization: `Bearer ${pageToken}` };
  assert.equal((await fetch(url + scraped, { headers })).status, 200);
});

test('ports and paths are the same wherever they stand', () => {
  const [, port] = /default: (\d+)/.exec(vtnOptions.port.helpOf.serve) ?? [];
  const places = [
    ['Dockerfile', `EXPOSE ${port}`],
    [compose, `"127.0.0.1:${port}:${port}"`],
    [kubernetes, `containerPort: ${port}`],
    [prometheus, `targets: ["venfleet:${port}"]`],
    // The secret of compose, and where Prometheus looks for it.
    [compose, 'secrets: [page-token]'],
    [prometheus, 'credentials_file: /run/secrets/page-token'],
    [compose, '/run/secrets/page-token'],
    // The folder of dashboards, and where Grafana looks for it; its Prometheus.
    [compose, '../grafana:/var/lib/grafana/dashboards:ro'],
    ['deploy/grafana/dashboards.yaml', 'path: /var/lib/grafana/dashboards'],
    [compose, '"127.0.0.1:9090:9090"'],
    ['deploy/grafana/datasources.yaml', 'url: http://prometheus:9090'],
    ['Dockerfile', 'VENFLEET_DB=/data/'],
    ['Dockerfile', 'VOLUME /data'],
    [compose, '"fleet:/data"'],
    [kubernetes, 'mountPath: /data'],
  ] as const;
  for (const [file, text] of places) assert.ok(readDocument(file).includes(text), `${file}: ${text}`);
});

test('the pod keeps to the "restricted" standard, and there is never a second one', () => {
  const texts = [
    'runAsNonRoot: true',
    'seccompProfile: { type: RuntimeDefault }',
    'allowPrivilegeEscalation: false',
    'capabilities: { drop: [ALL] }',
    'readOnlyRootFilesystem: true',
    'replicas: 1',
    'type: Recreate',
  ];
  for (const text of texts) assert.ok(readDocument(kubernetes).includes(text), text);
});

const cannotVerify =
  spawnSync('systemd-analyze', ['--version']).status !== 0 && 'systemd-analyze is not here';

test('systemd takes the unit', { skip: cannotVerify }, () => {
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', join(root, unit)], { encoding: 'utf8' });
  // What other units of this machine lack is not of this one.
  const ours = stderr.split('\n').filter((line) => line.includes('venfleet'));
  assert.deepEqual({ status, ours }, { status: 0, ours: [] });
});

const noKubectl = spawnSync('kubectl', ['version', '--client']).status !== 0 && 'kubectl is not here';

test('kubectl takes the manifests', { skip: noKubectl }, () => {
  const args = ['label', '--local', '--filename', join(root, kubernetes), 'read=yes', '--output', 'name'];
  const { stdout, stderr } = spawnSync('kubectl', args, { encoding: 'utf8' });
  const kinds = ['secret', 'configmap', 'persistentvolumeclaim', 'deployment.apps', 'service'];
  assert.deepEqual(
    stdout.trim().split('\n'),
    kinds.map((kind) => `${kind}/venfleet`),
    stderr,
  );
});
