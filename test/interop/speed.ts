/**
 * `npm run bench:interop`, a quarter of an hour: how fast the real OpenLEADR servers take resources, and find them by
 * name, from a bare HTTP client; and how many loads a second venfleet registers there, its database, VENs, tokens and
 * all. Prints one table a generation. Arguments: requests a step (default 1000), resources that are there already
 * (default 0; put there by SQL, in other VENs, and only for the bare client).
 */
import { Pool } from 'undici';
import { median } from '../../bench/lib/report.ts';
import { register } from '../../src/api/register.ts';
import { createFleet, registrationAt } from './fleet.ts';
import { type Generation, type OpenLeadr, openLeadrs } from './openleadr.ts';

const stages = [1, 8, 32, 128];
const requestsPerStage = Number(process.argv[2] ?? 1000);
const already = Number(process.argv[3] ?? 0);
/** VENs of the reference fleet that venfleet registers in one step: about 20,000 loads. */
const limitVens = 50;
/** Venfleet's steps are done so many times, by turns, and their medians shown: one run and the next differ by a tenth. */
const rounds = 5;

const fleet = await createFleet();
process.on('exit', fleet.close);

for (const candidate of await openLeadrs()) {
  if (candidate.skip !== false) {
    console.log(`${candidate.title}: skipped, ${candidate.skip}`);
    continue;
  }
  const vtn = await candidate.start();
  try {
    console.log(`${candidate.title}, ${already} resources beforehand, ${requestsPerStage} requests a step`);
    console.table(await measure(vtn));
  } finally {
    await vtn.stop();
  }
}

async function measure(vtn: OpenLeadr): Promise<Record<string, string>[]> {
  const body = { venName: 'Aalborg', objectType: 'BL_VEN_REQUEST', clientID: 'aalborg' };
  const ven = (await vtn.call('/vens', { method: 'POST', body })).body;
  await fill(vtn);
  const rows: Record<string, string>[] = [];
  for (const inFlight of stages) {
    // 1 in flight waits for each answer: fewer of them say enough.
    const count = inFlight === 1 ? Math.ceil(requestsPerStage / 4) : requestsPerStage;
    const name = (index: number) => `Hotel ${inFlight}.${index} - Water Heater`;
    const created = await run(vtn, inFlight, count, (index) =>
      createRequest(vtn.generation, ven.id, name(index)),
    );
    const found = await run(vtn, inFlight, count, (index) =>
      findRequest(vtn.generation, ven.id, name(index)),
    );
    rows.push({ 'in flight': String(inFlight), 'creates/s': created, 'lookups/s': found });
  }
  rows.push({ 'in flight': 'adaptive' });
  const rates: number[][] = rows.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, all] of rates.entries()) all.push(await registered(vtn, stages[index]));
  }
  return rows.map((row, index) => ({ ...row, 'venfleet loads/s': median(rates[index]!).toFixed(0) }));
}

/** Registers some VENs with all their loads on an empty VTN, adaptively unless told; returns the loads per second. */
async function registered(vtn: OpenLeadr, concurrency: number | undefined): Promise<number> {
  await vtn.clear();
  const summary = await register({
    dbPath: fleet.fresh(),
    ...registrationAt(vtn),
    scope: { limitVens },
    ...(concurrency !== undefined && { pacing: { kind: 'window', concurrency } as const }),
  });
  if (!summary.success) throw new Error(`not all loads were registered: ${summary.failures[0]?.reason}`);
  return summary.loadsPerSecond;
}

/** Spreads the resources that are there already over as many other VENs as the reference fleet has towns. */
async function fill(vtn: OpenLeadr): Promise<void> {
  if (already === 0) return;
  const [column, value] = vtn.generation === '3.1' ? [', client_id', ", 'town-' || i"] : ['', ''];
  const targets =
    vtn.generation === '3.1'
      ? `'{707057500504404881,load_1,Hotels}'`
      : `'[{"type": "POWER_SERVICE_LOCATION", "values": ["707057500504404881"]},
           {"type": "GROUP", "values": ["load_1", "Hotels"]}]'`;
  await vtn.sql(`
    INSERT INTO ven (id, created_date_time, modification_date_time, ven_name${column})
    SELECT 'town-' || i, now(), now(), 'Town ' || i${value} FROM generate_series(1, 286) AS i;
    INSERT INTO resource (id, created_date_time, modification_date_time, resource_name, ven_id, attributes, targets)
    SELECT gen_random_uuid(), now(), now(), 'Site ' || i, 'town-' || (1 + i % 286),
      '[{"type": "EXTERNAL_RESOURCE_ID", "values": ["3f0c9a52-6a58-4d6c-9d1e-2f9b7a1c0d11_load_1"]}]', ${targets}
    FROM generate_series(1, ${already}) AS i;
    ANALYZE ven, resource`);
}

interface SpeedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly status: number;
}

function createRequest(generation: Generation, venId: string, resourceName: string): SpeedRequest {
  const attributes = [
    { type: 'EXTERNAL_RESOURCE_ID', values: ['3f0c9a52-6a58-4d6c-9d1e-2f9b7a1c0d11_load_1'] },
    { type: 'METER_POINT_ID', values: ['707057500504404881'] },
    { type: 'LOAD_COMPONENT', values: ['load_1'] },
    { type: 'LOAD_NAME', values: ['Water Heater'] },
    { type: 'RESOURCE_SUB_TYPE', values: ['Hotels'] },
    { type: 'ADDRESS', values: ['Vesterbro 12, 9000 Aalborg'] },
    { type: 'LOCATION', values: [9.736535, 57.158158] },
    { type: 'MAX_POWER_CONSUMPTION', values: [50] },
    { type: 'MAX_POWER_EXPORT', values: [20] },
  ];
  const texts = ['707057500504404881', 'load_1', 'Hotels', 'Aalborg', '3f0c9a52-6a58-4d6c-9d1e-2f9b7a1c0d11'];
  const body =
    generation === '3.0'
      ? { resourceName, attributes, targets: texts.map((text) => ({ type: 'GROUP', values: [text] })) }
      : {
          objectType: 'BL_RESOURCE_REQUEST',
          clientID: 'aalborg',
          venID: venId,
          resourceName,
          attributes,
          targets: texts,
        };
  const path = generation === '3.0' ? `/vens/${venId}/resources` : '/resources';
  return { method: 'POST', path, body: JSON.stringify(body), status: 201 };
}

function findRequest(generation: Generation, venId: string, resourceName: string): SpeedRequest {
  const name = `resourceName=${encodeURIComponent(resourceName)}`;
  const path =
    generation === '3.0' ? `/vens/${venId}/resources?${name}` : `/resources?venID=${venId}&${name}`;
  return { method: 'GET', path, status: 200 };
}

/** Sends `count` requests, so many at a time, and returns how many a second were answered. */
async function run(vtn: OpenLeadr, inFlight: number, count: number, make: (index: number) => SpeedRequest) {
  const pool = new Pool(vtn.url, { connections: inFlight });
  const headers = { authorization: `Bearer ${await vtn.token(vtn.bl)}`, 'content-type': 'application/json' };
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const { method, path, body, status } = make(next++);
      const answer = await pool.request({ method, path, headers, body: body ?? null });
      const text = await answer.body.text();
      if (answer.statusCode !== status) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - begun) / 1000;
  await pool.close();
  return (count / seconds).toFixed(0);
}
