import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { createDispatchMeter } from '../../../src/monitoring/metrics/event-metrics.ts';
import { measureFleet } from '../../../src/monitoring/metrics/fleet-metrics.ts';
import { measureVtn } from '../../../src/monitoring/metrics/vtn-metrics.ts';

/** The samples of a registry, without comments. */
async function samples(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('loads are told by VEN, component and state; a VEN that has left is told no more', async () => {
  const registry = new Registry();
  const counts = { total: 6, registered: 3, failed: 1, waiting: 2, skipped: 0 };
  let cells = [
    { venName: 'Ærø "by"\nx', component: 'load_1', ...counts },
    { venName: null, component: 'load_0', ...counts },
  ];
  measureFleet(registry, {
    counts: async () => ({ cells, sites: 1 }),
    databaseBytes: async () => 4_096,
  });
  const loads = async () => (await samples(registry)).filter((line) => line.startsWith('venfleet_loads'));
  assert.deepEqual((await loads()).slice(0, 2), [
    'venfleet_loads{ven="Ærø \\"by\\"\\nx",component="load_1",state="registered"} 3',
    'venfleet_loads{ven="Ærø \\"by\\"\\nx",component="load_1",state="failed"} 1',
  ]);
  assert.equal((await loads()).length, 8);
  cells = cells.slice(1);
  assert.equal((await loads()).length, 4);
});

test('what is not known of the VTN is left out, and comes when it is', async () => {
  const registry = new Registry();
  let isUp: boolean | null = null;
  const waits = { times: 2, seconds: 7.5 };
  measureVtn(registry, () => ({ isUp, inFlight: 3, window: null, learnedPerSecond: null, waits }));
  assert.deepEqual(await samples(registry), [
    'venfleet_vtn_in_flight_requests 3',
    'venfleet_vtn_asked_waits_total 2',
    'venfleet_vtn_asked_wait_seconds_total 7.5',
  ]);
  isUp = false;
  assert.equal((await samples(registry))[0], 'venfleet_vtn_up 0');
});

test('what is forgotten is counted, from 0 on', async () => {
  const registry = new Registry();
  const meter = createDispatchMeter(registry);
  const counts = async () => (await samples(registry)).filter((one) => one.includes('forgotten'));
  const of = (events: number, dispatches: number) => [
    `venfleet_forgotten_total{what="events"} ${events}`,
    `venfleet_forgotten_total{what="dispatches"} ${dispatches}`,
  ];
  assert.deepEqual(await counts(), of(0, 0));
  meter.forgotten({ events: 2, dispatches: 30 });
  meter.forgotten({ events: 0, dispatches: 5 });
  assert.deepEqual(await counts(), of(2, 35));
});

test('the lateness of what was never handed over is not measured', async () => {
  const registry = new Registry();
  const meter = createDispatchMeter(registry);
  meter.ended('mqtt', 'handed', [{ lateMs: -3 }, { lateMs: 20 }]);
  meter.ended('mqtt', 'missed', [{ lateMs: 90_000 }]);
  const found = await samples(registry);
  assert.ok(found.includes('venfleet_dispatches_total{sink="mqtt",end="missed"} 1'));
  assert.ok(found.includes('venfleet_dispatch_lateness_seconds_count{sink="mqtt"} 2'));
  assert.ok(found.includes('venfleet_dispatch_lateness_seconds_bucket{le="0.01",sink="mqtt"} 1'));
});
