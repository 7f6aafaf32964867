import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDocument, root } from './code-blocks.ts';

const unit = 'deploy/venfleet.service';
const compose = 'deploy/compose.yaml';
const kubernetes = 'deploy/kubernetes.yaml';
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
