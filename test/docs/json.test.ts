import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import { openStore } from '../../src/store/open-store.ts';
import { terminalInTurn as terminal } from '../cli/in-turn.ts';
import type { Ended, Running } from '../cli/terminal.ts';
import { knownEvent } from '../events/known-events.ts';
import { scriptedServer } from '../openadr/scripted-server.ts';
import {
  execute,
  pythonDatabase,
  query,
  sitesOf,
  temporaryFolder,
  testLoadId,
} from '../support/fleet-database.ts';
import { followedEvents } from '../support/followed-events.ts';
import { hourly, writeMeterFile } from '../support/meter-file.ts';
import { simulatorFor } from '../support/simulator.ts';
import { troubledVtn } from '../support/troubled-vtn.ts';
import { tableBelow } from './code-blocks.ts';

const path = 'docs/json.md';

/** A command, and the heading in docs/json.md that its output is described below. */
type Command = readonly [heading: string, ...args: string[]];

test('docs/json.md has every field of every --json output, and no other', async (t) => {
  const commands = [
    ...(await fleetCommands(t)),
    ...(await registerCommands(t)),
    ...(await checkCommands(t)),
    ...(await planCommands(t)),
    ...(await unlistedCommands(t)),
    ...(await reportCommands(t)),
    ...(await eventsCommands(t)),
    ...(await enrolCommands(t)),
  ];
  const { url } = await simulatorFor(t);
  const own: Command[] = [
    ['Simulator', 'vtn', '--port', '0'],
    ['Simulator', 'vtn', '--port', '0', '--profile', 'openadr-3.1', '--mqtt-port', '0'],
    ['Posted event', 'vtn', 'event', '--vtn-url', url, '--token', 'x'],
  ];
  const outputs = await outputsOf(t, [...commands, ...own]);
  outputs.push(...(await servedOutputs(t)), ...(await followedOutputs(t)));
  const found = new Map<string, Fields>();
  for (const [heading, output] of outputs) {
    assert.deepEqual(Object.entries(output)[0], ['format', 1], `${heading}: ${JSON.stringify(output)}`);
    assert.equal('error' in output, heading === 'Error', JSON.stringify(output));
    const { plan, ...own } = output as { plan?: object };
    const fields = found.get(heading) ?? new Map();
    found.set(heading, fields);
    addFields(fields, plan && heading === 'Apply' ? { ...own, plan: {} } : output, documented(heading));
    if (plan) addFields(found.get('Plan') as Fields, { ...plan }, documented('Plan'));
  }
  for (const [heading, fields] of found) {
    const described = documented(heading);
    assert.deepEqual([...fields.keys()].sort(), [...described.keys()].sort(), heading);
    for (const [field, types] of fields) {
      const allowed = described.get(field)?.split(' or ') ?? [];
      for (const type of types) assert.ok(allowed.includes(type), `${heading}: ${field} is also a ${type}`);
      for (const type of allowed) assert.ok(types.has(type), `${heading}: ${field} is never a ${type}`);
    }
  }
});

/** Objects that a command prints, where it is not one. */
const linesOf: Readonly<Record<string, number>> = { Simulator: 2, 'Report live': 2 };

/** What types were seen of each field, by its path. */
type Fields = Map<string, Set<string>>;

/** The types of the fields that are described below a heading. */
function documented(heading: string): Map<string, string> {
  const rows = tableBelow(path, heading);
  return new Map(rows.map(([field = '', type = '']) => [field.replaceAll('`', ''), type]));
}

function addFields(fields: Fields, value: object, described: Map<string, string>, prefix = ''): void {
  for (const [name, field] of Object.entries(value)) {
    const at = `${prefix}${name}`;
    const type = typeOf(field, described.get(at));
    fields.set(at, (fields.get(at) ?? new Set()).add(type));
    if (type === 'object') addFields(fields, field, described, `${at}.`);
    if (type === 'list') for (const one of field) addFields(fields, one, described, `${at}[].`);
  }
}

/** `described` decides where an object is one of any keys (`map`), and of what an empty list is one. */
function typeOf(value: unknown, described = ''): string {
  if (value === null) return 'null';
  if (!Array.isArray(value)) return typeof value === 'object' && described === 'map' ? 'map' : typeof value;
  return value.every((one) => typeof one === 'object') && !described.startsWith('list of')
    ? 'list'
    : described.startsWith('list of')
      ? described
      : 'list of strings';
}

/** Commands that need no VTN. */
async function fleetCommands(t: TestContext): Promise<Command[]> {
  const { write, path: at } = terminal(t);
  const csv =
    'title,address,longitude,latitude\nA,"Vej 1, 9000 Aalborg",9.9,57.0\nB,"Vej 1, 9000 Aalborg",9.9,570\n';
  const db = at('made.db');
  return [
    ['Generate', 'generate', '--resources', '2', '--db', db],
    ['Import', 'import', write('sites.csv', csv), '--db', db],
    ['Register', 'register', '--dry-run', '--db', db],
    ['Status', 'status', '--db', db],
    ['Register', 'demo', '--db', db],
    ['Status', 'status', '--db', db],
    ['Error', 'status', '--db', at('missing.db')],
    ['Error', 'status', '--no-such-option'],
  ];
}

/** A registration in which a VEN, a row and a load fail. */
async function registerCommands(t: TestContext): Promise<Command[]> {
  const db = pythonDatabase(t, [...sitesOf({ Aalborg: 2, Ærø: 1 }), { ven: null }]);
  const simulator = await simulatorFor(t);
  const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
  const refusal = { status: 422, body: '{}' };
  simulator.answerNext(1, refusal, 'POST /vens');
  simulator.answerNext(1, refusal, 'POST /resources');
  return [
    ['Register', 'register', ...to],
    ['Status', 'status', '--failures', '100', '--db', db],
  ];
}

/** A check of what is registered, of which the VTN has lost something. */
async function checkCommands(t: TestContext): Promise<Command[]> {
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  const { url } = await simulatorFor(t);
  await register({ dbPath: db, vtnUrl: url, bearerToken: 'x' });
  execute(db, "UPDATE loads SET vtn_resource_id = 'gone' WHERE id = 1");
  return [['Register', 'register', '--check', '--db', db, '--vtn-url', url, '--token', 'x']];
}

/** Commands on a fleet and a VTN that differ in every way in which they can. */
async function planCommands(t: TestContext): Promise<Command[]> {
  const db = pythonDatabase(t, [...sitesOf({ Aalborg: 7, Ærø: 1, Ribe: 1 }), { ven: null }]);
  const simulator = await simulatorFor(t, { duplicates: 'accept' });
  const vtn = { dbPath: db, vtnUrl: simulator.url, bearerToken: 'x' };
  const scope = { vens: ['Aalborg', 'Ærø'] };
  await register({ ...vtn, scope });
  const forgetId = (id: number) =>
    execute(db, `UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE id = ${id}`);
  // This VTN takes it a second time.
  forgetId(40);
  await register({ ...vtn, scope });
  forgetId(41);
  execute(db, "UPDATE loads SET vtn_resource_id = 'wrong' WHERE id = 42");
  const change = (site: number, what: string) =>
    execute(db, `UPDATE resources SET ${what} WHERE resource_id = 'site-0000${site}'`);
  change(0, "resource_name = 'Hotel'");
  change(1, 'enabled = 0');
  change(2, "capacities = 'none'");
  change(3, "ven = 'Ærø'");
  execute(db, "DELETE FROM loads WHERE resource_id = 'site-00004'");
  execute(db, "DELETE FROM resources WHERE resource_id = 'site-00004'");
  // Not wanted on the VTN, and not there any more.
  const [gone] = query(db, "SELECT vtn_resource_id FROM loads WHERE resource_id = 'site-00001'");
  const headers = { authorization: 'Bearer x' };
  await fetch(`${simulator.url}/resources/${gone?.vtn_resource_id}`, { method: 'DELETE', headers });
  execute(
    db,
    "INSERT INTO loads (load_id, resource_id, load_component, h5_meter_id) VALUES ('aaaaaaaa-0000-4000-8000-000000000000', 'site-00005', 'load_9', 'm')",
  );
  simulator.answerNext(1, { status: 422, body: '{}' }, 'PUT /resources/{id}');
  simulator.answerNext(1, { status: 200, body: '{}' }, 'PUT /resources/{id}');
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /resources');
  const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x'];
  return [
    ['Plan', 'plan', ...to],
    ['Plan', 'deregister', '--dry-run', '--ven', 'Ærø', ...to],
    ['Plan', 'verify', ...to],
    ['Apply', 'apply', '--yes', '--max-removals', '100', ...to],
    ['Apply', 'deregister', '--yes', '--ven', 'Ærø', ...to],
  ];
}

/** A plan on a VTN that lists one VEN, which has a resource of somebody else's, and refuses two, each in its way. */
async function unlistedCommands(t: TestContext): Promise<Command[]> {
  const { write } = terminal(t);
  const client = (id: number) => ({ clientId: `ven-${id}`, clientSecret: 's' });
  const roles = [{}, {}, { scopes: [] }];
  const clients = roles.map((scopes, id) => ({ ...client(id), role: 'VEN' as const, ...scopes }));
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1', clients });
  const venCredentials = {
    Aalborg: client(0),
    Ribe: { ...client(1), clientSecret: 'wrong' },
    Ærø: client(2),
  };
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1, Ribe: 1, Ærø: 1 }));
  const vtn = { dbPath: db, vtnUrl: simulator.url, profile: 'openadr-3.1' as const, venCredentials };
  await register({ ...vtn, scope: { vens: ['Aalborg'] } });
  const headers = {
    authorization: `Bearer ${simulator.tokenFor('ven-0', 60)}`,
    'content-type': 'application/json',
  };
  const theirs = { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'Theirs', attributes: [] };
  const posted = await fetch(`${simulator.url}/resources`, {
    method: 'POST',
    headers,
    body: JSON.stringify(theirs),
  });
  assert.equal(posted.status, 201, await posted.text());
  const file = write('credentials.json', JSON.stringify(venCredentials));
  const to = ['--db', db, '--vtn-url', simulator.url, '--profile', 'openadr-3.1'];
  return [['Plan', 'plan', ...to, '--credentials-file', file]];
}

/** Reports of a fleet of which a report is refused, two rows are broken, and the meter file has not all components. */
async function reportCommands(t: TestContext): Promise<Command[]> {
  const db = pythonDatabase(t, [...sitesOf({ Aalborg: 2 }), { ven: null }]);
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const profile = 'openadr-3.1' as const;
  await register({ dbPath: db, vtnUrl: simulator.url, bearerToken: 'x', profile });
  // As if its VEN had been taken from it since.
  const registered = "vtn_resource_id = 'r', registration_status = 'APPROVED'";
  execute(db, `UPDATE loads SET ${registered} WHERE id = 13`);
  const meters = Array.from({ length: 3 }, (_, n) => [`meter_${n}`, { load_0: hourly(3), load_1: [] }]);
  const file = join(temporaryFolder(t), 'meters.h5');
  await writeMeterFile(file, Object.fromEntries(meters));
  const make = async (path: string, object: object): Promise<string> => {
    const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
    const made = await fetch(simulator.url + path, { method: 'POST', headers, body: JSON.stringify(object) });
    return ((await made.json()) as { id: string }).id;
  };
  const programID = await make('/programs', { objectType: 'PROGRAM', programName: 'Others' });
  const nameless = await make('/events', { objectType: 'EVENT', programID });
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /reports');
  simulator.answerNext(1, { status: 404, body: '{}' }, 'GET /programs/{id}');
  const to = ['--db', db, '--vtn-url', simulator.url, '--token', 'x', '--profile', profile];
  const history = ['report', 'history', ...to, '--meter-data', file];
  // An hour and a half ago: what was the newest when it ended.
  const line = { h5_meter_id: 'meter_0', load_component: 'load_0', time: Date.now() / 1000 - 5_400, w: 100 };
  const lines = join(temporaryFolder(t), 'readings.ndjson');
  writeFileSync(lines, `${JSON.stringify(line)}\n`);
  const partly = join(temporaryFolder(t), 'partly.ndjson');
  writeFileSync(partly, `${JSON.stringify(line)}\n{"no": "reading"}\n`);
  return [
    ['Report prepare', 'report', 'prepare', ...to],
    ['Report history', ...history, '--dry-run'],
    ['Report history', ...history, '--component', 'load_0'],
    ['Report status', 'report', 'status', '--db', db],
    ['Report history', ...history],
    ['Report history', 'report', 'history', ...to, '--meter-data', partly],
    ['Report status', 'report', 'status', '--db', db],
    ['Report status', 'report', 'status', '--db', db, '--profile', 'flex-gateway'],
    ['Report prepare', 'report', 'prepare', ...to, '--event', nameless],
    ['Report prepare', 'report', 'prepare', '--db', db],
    ['Report live', 'report', 'live', ...to, '--meter-data', lines],
  ];
}

/** Events that were followed: one in two versions, one without end, one that cannot be read. */
async function eventsCommands(t: TestContext): Promise<Command[]> {
  const db = ['--db', await followedEvents(t)];
  const policy = terminal(t).write('policy.json', JSON.stringify({ optOuts: [{ components: ['load_3'] }] }));
  return [
    ['Events list', 'events', 'list', ...db],
    ['Event shown', 'events', 'show', 'e1', ...db],
    ['Event shown', 'events', 'show', 'e2', ...db],
    ['Event shown', 'events', 'show', 'e3', ...db],
    ['Events history', 'events', 'history', '--event', 'e1', ...db],
    ['Event explained', 'events', 'explain', 'e1', '--policy', policy, ...db],
    ['Event explained', 'events', 'explain', 'e2', ...db],
    ['Event explained', 'events', 'explain', 'e3', ...db],
    ['Event explained', 'events', 'explain', 'e4', ...db],
    ['Event explained', 'events', 'explain', 'e1', '--load', testLoadId(2, 'load_3'), ...db],
  ];
}

/** Loads that are enrolled in programs, one without a name; one load is refused, and a site has no VEN. */
async function enrolCommands(t: TestContext): Promise<Command[]> {
  const db = pythonDatabase(t, [...sitesOf({ Aalborg: 1 }), { ven: null }]);
  const simulator = await simulatorFor(t);
  const { url } = simulator;
  await register({ dbPath: db, vtnUrl: url, bearerToken: 'x' });
  const vtn = { vtnUrl: url, bearerToken: 'x' };
  const { programId } = await postEvent({ ...vtn, action: { kind: 'create' }, wish: {} });
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /programs/{id}/resources');
  // Once for the look whether it is a gateway.
  simulator.answerNext(2, { status: 200, body: JSON.stringify([{ id: programId }]) }, 'GET /programs');
  const command = ['events', 'enrol', '--db', db, '--vtn-url', url, '--token', 'x', '--program', programId];
  return [
    ['Events enrol', ...command],
    ['Events enrol', ...command],
  ];
}

/** What the commands print, each object with its heading. A simulator has to be interrupted. */
async function outputsOf(t: TestContext, commands: readonly Command[]): Promise<[string, object][]> {
  const { run, start } = terminal(t);
  const printed: [string, object][] = [];
  for (const [heading, ...command] of commands) {
    const { stdout, stderr } = await (heading !== 'Simulator'
      ? run(...command, '--json')
      : interrupted(start({}, ...command, '--json')));
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, linesOf[heading] ?? 1, `${command.join(' ')}: ${stdout}\n${stderr}`);
    printed.push(...lines.map((line): [string, object] => [heading, JSON.parse(line)]));
  }
  return printed;
}

/**
 * What a fleet's keeper prints: a load is refused, the VTN cannot be listed at first, an event of 1970 is forgotten, four come, one
 * without a name, and are gone at once.
 */
async function servedOutputs(t: TestContext): Promise<[string, object][]> {
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  let isListed = false;
  const { url: vtnUrl } = await troubledVtn(t, simulator.url, ({ method, path }) =>
    !isListed && method === 'GET' && path.startsWith('/resources') ? 422 : 'pass',
  );
  simulator.answerNext(1, { status: 422, body: '{}' }, 'POST /resources');
  const vtn = { vtnUrl, bearerToken: 'x', profile: 'openadr-3.1' } as const;
  const { start, path: at } = terminal(t);
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  await addEventOf1970(db);
  const to = ['--db', db, '--vtn-url', vtnUrl, '--token', 'x', '--profile', vtn.profile];
  const how = ['--port', '0', '--sink', at('instructions.ndjson'), '--poll', '1', '--json'];
  const { child, until, ended } = start({}, 'serve', ...to, ...how);
  await until('stdout', /"name":"reconciliation","state":"degraded"/);
  isListed = true;
  await until('stdout', /"type":"forgotten"/);
  await until('stdout', /"command":"plan",.*"state":"succeeded"/);
  for (const name of ['a', 'b', 'c']) await postEvent({ ...vtn, action: { kind: 'create' }, wish: { name } });
  await postNameless(simulator.url);
  for (const { id } of (await (await fetch(`${simulator.url}/events`, asX)).json()) as { id: string }[])
    await until('stdout', new RegExp(`"eventId":"${id}"`));
  simulator.loseEvents();
  await until('stdout', /"type":"alarm"/);
  child.kill('SIGTERM');
  const { stdout } = await ended;
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => ['Serve', JSON.parse(line)]);
}

/** An event that is over for long enough to be forgotten. */
async function addEventOf1970(dbPath: string): Promise<void> {
  const store = await openStore(dbPath);
  await store.recordEvents([{ ...knownEvent('old').stored, state: 'over', receivedMs: 0 }], []);
  await store.close();
}

/** `events`, whose sink refuses, so that an instruction misses its time, and another is taken up by the next run. */
async function followedOutputs(t: TestContext): Promise<[string, object][]> {
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const vtn = { vtnUrl: simulator.url, bearerToken: 'x', profile: 'openadr-3.1' } as const;
  const db = pythonDatabase(t, sitesOf({ Aalborg: 1 }));
  await register({ ...vtn, dbPath: db });
  await addEventOf1970(db);
  const post = (name: string, load: string, duration: string) =>
    postEvent({
      ...{ ...vtn, action: { kind: 'create' } },
      wish: { name, duration, targets: [{ type: null, value: load }] },
    });
  let status = 500;
  const sink = await scriptedServer(t, (response) => void response.writeHead(status).end());
  const { start, write } = terminal(t);
  const signed = [
    '--sink',
    sink.url,
    '--signing-key-file',
    write('key', 'a signing key that is long enough'),
  ];
  const to = ['--db', db, '--vtn-url', vtn.vtnUrl, '--token', 'x', '--profile', vtn.profile];
  const follow = () => start({}, 'events', ...to, ...signed, '--poll', '1', '--json');
  const first = follow();
  await post('long', 'load_1', 'PT1H');
  await first.until('stdout', /"type":"state"/);
  await post('short', 'load_2', 'PT8S');
  await first.until('stdout', /"end":"missed"/);
  first.child.kill('SIGKILL');
  const second = follow();
  await second.until('stdout', /"type":"taken-up"/);
  await second.until('stdout', /"type":"state"/);
  status = 200;
  await second.until('stdout', /"type":"state",.*"problem":null/);
  await second.until('stdout', /"end":"(handed|late)"/);
  for (const name of ['b', 'c']) await post(name, 'load_3', 'PT1H');
  await postNameless(simulator.url);
  await second.until('stdout', /"name":null/);
  simulator.loseEvents();
  await second.until('stdout', /"type":"alarm"/);
  second.child.kill('SIGINT');
  const lines = [await first.ended, await second.ended].flatMap(({ stdout }) => stdout.trimEnd().split('\n'));
  return lines.map((line) => ['Events', JSON.parse(line)]);
}

const asX = { headers: { authorization: 'Bearer x', 'content-type': 'application/json' } };

/** An event that has no name, in a program that is there. */
async function postNameless(url: string): Promise<void> {
  const [program] = (await (await fetch(`${url}/programs`, asX)).json()) as { id: string }[];
  const event = {
    ...{ objectType: 'EVENT', programID: program?.id },
    intervalPeriod: { start: new Date().toISOString(), duration: 'PT1H' },
    intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [1] }] }],
  };
  const { status } = await fetch(`${url}/events`, { method: 'POST', body: JSON.stringify(event), ...asX });
  assert.equal(status, 201);
}

async function interrupted({ child, until, ended }: Running): Promise<Ended> {
  await until('stdout', /"type":"listening"/);
  child.kill('SIGINT');
  return ended;
}
