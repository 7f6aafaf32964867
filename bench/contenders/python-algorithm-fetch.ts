/**
 * The Python system's algorithm without its delay, written as one would with `fetch`: VEN by VEN, all of a VEN's loads
 * read at once, batches of 50, wait for all of a batch, the ids stored at the end of the VEN.
 * `node python-algorithm-fetch.ts DB URL`.
 */
import { DatabaseSync } from 'node:sqlite';

const [path = '', url = ''] = process.argv.slice(2);
const batchSize = 50;

interface Row {
  loadId: string;
  component: string;
  loadName: string;
  h5MeterId: string;
  resourceId: string;
  resourceName: string;
  resourceType: string;
  subType: string | null;
  meterPointId: string;
  capacities: string;
  location: string;
  address: string | null;
}

const startedAt = performance.now();
const db = new DatabaseSync(path);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
const loadsOfVen = db.prepare(`
  SELECT l.load_id AS loadId, l.load_component AS component, l.load_name AS loadName, l.h5_meter_id AS h5MeterId,
    r.resource_id AS resourceId, r.resource_name AS resourceName, r.resource_type AS resourceType,
    r.resource_sub_type AS subType, r.meter_point_id AS meterPointId, r.capacities, r.location, r.address
  FROM resources r JOIN loads l ON r.resource_id = l.resource_id
  WHERE r.ven = ? AND r.enabled = 1 ORDER BY r.resource_id, l.load_component`);
const store = db.prepare(`
  UPDATE loads SET vtn_resource_id = ?, registration_status = 'APPROVED', updated_at = CURRENT_TIMESTAMP
  WHERE load_id = ?`);

async function post(route: string, body: object): Promise<string> {
  const response = await fetch(url + route, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify(body),
  });
  if (response.status !== 201) throw new Error(`HTTP ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}

function registerLoad(ven: string, row: Row): Promise<string> {
  const attributes: object[] = [];
  const add = (name: string, value: unknown) => {
    if (value === null || value === undefined) return;
    const attribute_type = name.toLowerCase();
    attributes.push({ attribute_type, attribute_name: name, attribute_values: [String(value)] });
  };
  add('resource_sub_type', row.subType);
  for (const [name, value] of Object.entries(JSON.parse(row.capacities) as object)) add(name, value);
  const location = JSON.parse(row.location) as { longitude?: number; latitude?: number };
  add('longitude', location.longitude);
  add('latitude', location.latitude);
  add('address', row.address);
  add('load_component', row.component);
  add('load_name', row.loadName);
  add('h5_meter_id', row.h5MeterId);
  return post('/resources', {
    id: row.loadId,
    resource_name: `${row.resourceName} - ${row.loadName}`,
    resource_type: row.resourceType,
    ven_name: ven,
    external_resource_id: `${row.resourceId}_${row.component}`,
    service_location: row.meterPointId,
    attributes,
  });
}

let registered = 0;
const vens = db.prepare('SELECT DISTINCT ven FROM resources WHERE enabled = 1 ORDER BY ven').all();
for (const { ven } of vens as { ven: string }[]) {
  await post('/vens', { ven_name: ven, client_name: `Client_${ven}` });
  const rows = loadsOfVen.all(ven) as unknown as Row[];
  const ids: [string, string][] = [];
  for (let at = 0; at < rows.length; at += batchSize) {
    const batch = rows.slice(at, at + batchSize);
    const got = await Promise.all(batch.map((row) => registerLoad(ven, row)));
    for (const [index, id] of got.entries()) ids.push([id, batch[index]!.loadId]);
  }
  db.exec('BEGIN');
  for (const [id, loadId] of ids) store.run(id, loadId);
  db.exec('COMMIT');
  registered += ids.length;
}
db.close();
process.stdout.write(JSON.stringify({ registered, seconds: (performance.now() - startedAt) / 1000 }));
