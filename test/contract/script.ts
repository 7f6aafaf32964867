import type { Generation } from '../interop/openleadr.ts';
import type { Sender, Step } from './replay.ts';

const nobody = '00000000-0000-4000-8000-000000000000';
const intervals = [{ id: 0, payloads: [{ type: 'PRICE', values: [0.17] }] }];
const point = { x: 1, y: 2.5 };
const period = { start: '2026-03-01T13:00:00.5+01:00', duration: 'PT1H', randomizeStart: 'PT5M' };

const post = (path: string, body: unknown, name?: string): Step => ({
  method: 'POST',
  path,
  body,
  ...(name !== undefined && { name }),
});
const put = (path: string, body: unknown): Step => ({ method: 'PUT', path, body });
const remove = (path: string): Step => ({ method: 'DELETE', path });
const get = (path: string): Step => ({ path });
const as = (sender: Sender, steps: readonly Step[]): Step[] => steps.map((step) => ({ ...step, as: sender }));

/**
 * Many requests, good and bad, of every kind: what the simulator says to them is held, answer by answer, against
 * what the real server says.
 */
export function script(generation: Generation): Step[] {
  const [vens, rest] = [venSteps(generation), objectSteps(generation)];
  return [...vens, ...resourceSteps(generation), ...rest, ...strangeSteps(generation)];
}

/** A value in every field where it does not belong. */
const misfits = [null, 1, '', 'x'.repeat(129), true, [], {}, ['a b'], [null], [1], 'a\u0001b'];

/** Bodies like `good`, each with one field wrong, or left out. */
function spoiled(good: Readonly<Record<string, unknown>>, fields: readonly string[]): unknown[] {
  return fields.flatMap((field) => [
    ...misfits.map((misfit) => ({ ...good, [field]: misfit })),
    Object.fromEntries(Object.entries(good).filter(([name]) => name !== field)),
  ]);
}

function venSteps(generation: Generation): Step[] {
  const own = (clientID: string) => (generation === '3.0' ? {} : { objectType: 'BL_VEN_REQUEST', clientID });
  const good = { ...own('c-1'), venName: 'One', attributes: [{ type: 'A', values: [1, point, 'x'] }] };
  const fields = ['objectType', 'clientID', 'venName', 'attributes', 'targets'];
  const bodies = spoiled({ ...own('c-s'), venName: 'Spoiled' }, fields);
  return [
    post('/vens', good, 'one'),
    post('/vens', good),
    ...bodies.flatMap((body, index) => [post('/vens', body, `s-${index}`), remove(`/vens/{s-${index}}`)]),
    ...bodies.map((body) => put('/vens/{one}', body)),
    get('/vens/{one}'),
    put('/vens/{one}', good),
    get('/vens?venName=One'),
    get('/vens?venName=One&limit=1&skip=0'),
    get('/vens?limit=2'),
    get(`/vens?venName=${'x'.repeat(129)}`),
    get('/vens?targets=a'),
    get('/vens?targets='),
    get('/vens?targetType=A&targetValues=x'),
    get('/vens?targetType=&targetValues='),
    get('/vens?targetType=&targetValues=x'),
    get('/vens?targetType=A&targetValues='),
    get('/vens?targetType='),
    get('/vens?nonsense=1&nonsense=2'),
    get('/vens?skip=9223372036854775808'),
    get('/vens?limit=1&limit=2'),
    get('/vens?venName=One&venName=Two'),
    get('/vens?limit=%2B1'),
    get('/vens?limit=1.0'),
    get('/vens?skip=99999999999999999999'),
    get('/vens?skip=9223372036854775807'),
    get('/vens?%ff'),
    get(`/vens/${nobody}`),
    get('/vens/null'),
    get(`/vens/${'x'.repeat(129)}`),
    put(`/vens/${nobody}`, good),
    remove(`/vens/${nobody}`),
    ...as('aalborg', [
      get('/vens'),
      get('/vens/{aalborg}'),
      get('/vens/{aarhus}'),
      get('/vens?venName=aarhus'),
      post('/vens', good),
      post('/vens', { objectType: 'VEN_VEN_REQUEST', venName: 'Second' }),
      put('/vens/{aarhus}', { objectType: 'VEN_VEN_REQUEST', venName: 'Mine' }),
      put('/vens/{aalborg}', { objectType: 'VEN_VEN_REQUEST', venName: 'aalborg', targets: ['x'] }),
      put('/vens/{aalborg}', { objectType: 'VEN_VEN_REQUEST', venName: 'aarhus' }),
      put('/vens/{aalborg}', { ...good, venName: 'aalborg' }),
    ]),
    ...as('nobody', [get('/vens'), post('/vens', good), post('/vens', {}), get('/vens?limit=0')]),
    remove('/vens/{one}'),
    get('/vens'),
  ];
}

function resourceSteps(generation: Generation): Step[] {
  const path = (ven: string) => (generation === '3.0' ? `/vens/${ven}/resources` : '/resources');
  const own = (ven: string) =>
    generation === '3.0' ? {} : { objectType: 'BL_RESOURCE_REQUEST', clientID: 'c', venID: ven };
  const list = (ven: string, query: string) =>
    get(generation === '3.0' ? `/vens/${ven}/resources?${query}` : `/resources?venID=${ven}&${query}`);
  const at = (id: string, ven = '{aalborg}') => `${path(ven)}/${id}`;
  const good = { ...own('{aalborg}'), resourceName: 'R', attributes: [{ type: 'A', values: ['x', 1.5] }] };
  const targets = generation === '3.0' ? [{ type: 'GROUP', values: ['a', 'b'] }] : ['a', 'b'];
  const fields = ['objectType', 'clientID', 'venID', 'resourceName', 'attributes', 'targets'];
  const bodies = spoiled({ ...own('{aalborg}'), resourceName: 'Spoiled' }, fields);
  const values = [
    [],
    [null],
    [1e300],
    [-0],
    ['\u0000'],
    [[1, 2]],
    [[1, 2, 3]],
    [{ x: 1 }],
    [{ x: 1, y: '2' }],
  ];
  return [
    post(path('{aalborg}'), good, 'r'),
    post(path('{aalborg}'), good),
    post(path(nobody), { ...good, ...own(nobody) }),
    post(path('{aarhus}'), { ...good, ...own('{aarhus}'), targets }, 'other'),
    ...bodies.flatMap((body, index) => [
      post(path('{aalborg}'), body, `rs-${index}`),
      remove(at(`{rs-${index}}`)),
    ]),
    ...bodies.map((body) => put(at('{r}'), body)),
    ...values.flatMap((some, index) => [
      post(
        path('{aalborg}'),
        { ...good, resourceName: `v ${index}`, attributes: [{ type: 'A', values: some }] },
        `v-${index}`,
      ),
      get(at(`{v-${index}}`)),
      remove(at(`{v-${index}}`)),
    ]),
    put(at('{r}'), { ...good, targets }),
    put(at('{r}'), { ...good, ...own('{aarhus}') }),
    put(at('{r}', '{aarhus}'), { ...good, ...own('{aarhus}') }),
    list('{aalborg}', ''),
    list('{aalborg}', 'resourceName=R'),
    list('{aalborg}', 'resourceName=r'),
    list('{aalborg}', 'targets=a'),
    list('{aalborg}', 'targets=c'),
    list('{aalborg}', 'targetType=GROUP&targetValues=b'),
    list('{aalborg}', 'limit=0'),
    list(nobody, ''),
    list('a%20b', ''),
    get('/resources?resourceName=R'),
    get('/resources?targets=b&resourceName=R'),
    get('/resources'),
    get(at('{other}')),
    get(at('{other}', '{aarhus}')),
    get(at(nobody)),
    get(at('a%20b')),
    remove('/vens/{aalborg}'),
    ...as('aalborg', [
      get(at('{r}')),
      get(at('{other}', '{aarhus}')),
      get(path('{aarhus}')),
      list('{aarhus}', ''),
      list('{aalborg}', 'resourceName=R'),
      post(path('{aalborg}'), good),
      post(path('{aalborg}'), { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'Own', targets }, 'own'),
      post(path('{aarhus}'), { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'Own', venID: '{aarhus}' }),
      put(at('{r}'), { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'R' }),
      put(at('{other}', '{aarhus}'), { objectType: 'VEN_RESOURCE_REQUEST', resourceName: 'R' }),
      remove(at('{other}', '{aarhus}')),
      remove(at('{own}')),
    ]),
    ...as('nobody', [get(at('{r}')), post(path('{aalborg}'), good), list('{aalborg}', '')]),
    remove(at('{r}')),
    remove(at('{r}')),
    remove(at('{other}', '{aarhus}')),
  ];
}

function objectSteps(generation: Generation): Step[] {
  const old = generation === '3.0';
  const targets = old ? [{ type: 'GROUP', values: ['a'] }] : ['a'];
  const program = {
    programName: 'P',
    intervalPeriod: period,
    programDescriptions: [{ URL: 'https://example.com/x' }],
    payloadDescriptors: [
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', units: 'KWH', currency: 'DKK' },
      { objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'USAGE', readingType: 'DIRECT_READ' },
    ],
    targets,
    ...(old
      ? { country: 'DK', timeZoneOffset: 'PT1H', bindingEvents: true, localPrice: false, programType: 'X' }
      : { attributes: [{ type: 'COUNTRY', values: ['DK'] }] }),
  };
  const event = {
    programID: '{p}',
    eventName: 'E',
    priority: 3,
    targets,
    reportDescriptors: [{ payloadType: 'USAGE', units: 'KWH', aggregate: true }],
    payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE' }],
    intervalPeriod: { start: '0001-01-01T00:00:00Z', duration: 'P9999Y' },
    intervals: [{ ...intervals[0], intervalPeriod: period }],
    ...(!old && { duration: 'P1W' }),
  };
  const report = {
    ...(old && { programID: '{p}' }),
    eventID: '{e}',
    clientName: 'aalborg',
    reportName: 'usage',
    payloadDescriptors: [{ objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: 'USAGE', confidence: 90 }],
    resources: [{ resourceName: 'Hotel', intervalPeriod: period, intervals }],
  };
  const durations = [
    'PT0S',
    'P1M',
    'PT90M',
    'P1.5D',
    'PT0.5S',
    'P',
    'PT',
    '-PT1H',
    'P1Y2M3W4DT5H6M7S',
    'pt1h',
  ];
  const starts = ['2026-03-01', '2026-03-01T12:00:00', '2026-03-01T12:00Z', '2026-03-01 12:00:00Z', 'now'];
  return [
    post('/programs', program, 'p'),
    post('/programs', program),
    get('/programs/{p}'),
    ...spoiled({ programName: 'Spoiled' }, Object.keys(program)).flatMap((body, index) => [
      post('/programs', body, `ps-${index}`),
      remove(`/programs/{ps-${index}}`),
    ]),
    post('/programs', { programName: 'All' }, 'all'),
    put('/programs/{all}', { programName: 'P' }),
    put('/programs/{all}', { programName: 'All', targets: null }),
    post('/events', event, 'e'),
    get('/events/{e}'),
    post('/events', { ...event, programID: nobody }),
    ...spoiled({ programID: '{all}', intervals }, Object.keys(event)).flatMap((body, index) => [
      post('/events', body, `es-${index}`),
      remove(`/events/{es-${index}}`),
    ]),
    ...durations.map((duration) => put('/events/{e}', { ...event, intervalPeriod: { ...period, duration } })),
    ...starts.map((start) => put('/events/{e}', { ...event, intervalPeriod: { start } })),
    put('/events/{e}', event),
    post('/events', { programID: '{all}', intervals }, 'open'),
    get('/events'),
    get('/events?programID={p}'),
    get('/events?programID=a%20b'),
    get('/events?targets=a'),
    get('/events?active=true'),
    get('/events?targetType=GROUP&targetValues=a'),
    get('/programs?targets=a'),
    get('/programs?targetType=GROUP&targetValues=a'),
    get('/programs?limit=51'),
    remove('/programs/{p}'),
    post('/reports', report),
    ...as('aalborg', [
      get('/programs'),
      get('/programs/{p}'),
      get('/programs/{all}'),
      get('/events'),
      get('/events/{e}'),
      get('/events/{open}'),
      post('/programs', program),
      post('/events', event),
      post('/reports', report, 'rep'),
      post('/reports', report),
      ...spoiled({ ...report, reportName: null }, Object.keys(report)).map((body) => post('/reports', body)),
      get('/reports/{rep}'),
      put('/reports/{rep}', { ...report, reportName: 'changed' }),
      put(`/reports/${nobody}`, report),
      get('/reports?clientName=aalborg&limit=1'),
      remove(`/reports/${nobody}`),
    ]),
    ...as('aarhus', [
      get('/reports'),
      get('/reports/{rep}'),
      put('/reports/{rep}', report),
      remove('/reports/{rep}'),
    ]),
    get('/reports?limit=2'),
    get('/reports?limit=0'),
    get('/reports?limit=-1'),
    get('/reports?limit=x'),
    get('/reports?skip=-1'),
    get('/reports?limit=51'),
    get('/reports?skip=5000'),
    get('/reports?skip=1&limit=1'),
    get('/reports?eventID={e}&limit=1'),
    get('/reports?programID={p}&limit=1'),
    get('/reports?eventID=a%20b'),
    remove('/events/{e}'),
    ...(old ? [] : subscriptionSteps()),
  ];
}

function subscriptionSteps(): Step[] {
  const operation = {
    objects: ['EVENT', 'PROGRAM'],
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    callbackUrl: 'https://a.example/',
    bearerToken: 't',
  };
  const good = { clientName: 'c', programID: '{p}', objectOperations: [operation], targets: ['a'] };
  const operations = spoiled(operation, [...Object.keys(operation), 'mechanism']);
  return [
    ...as('aalborg', [
      post('/subscriptions', good, 'sub'),
      get('/subscriptions/{sub}'),
      ...spoiled(good, ['clientName', 'programID', 'objectOperations', 'targets']).map((body) =>
        post('/subscriptions', body),
      ),
      ...operations.map((one) => post('/subscriptions', { clientName: 'c', objectOperations: [one] })),
      post('/subscriptions', { ...good, programID: nobody }),
      put('/subscriptions/{sub}', { clientName: 'd', objectOperations: [operation] }),
      get('/subscriptions?limit=1'),
      get('/subscriptions?limit=0'),
    ]),
    ...as('aarhus', [get('/subscriptions'), get('/subscriptions/{sub}'), put('/subscriptions/{sub}', good)]),
    get('/subscriptions/{sub}'),
    get('/subscriptions?objects=EVENT&limit=1'),
    get('/subscriptions?objects=NONSENSE'),
    get('/subscriptions?clientName=d'),
    put('/subscriptions/{sub}', good),
    remove('/subscriptions/{sub}'),
    remove('/subscriptions/{sub}'),
  ];
}

/** Paths, methods and bodies that are none. */
function strangeSteps(generation: Generation): Step[] {
  const own = generation === '3.0' ? '/vens/{aalborg}/resources' : '/resources';
  const collections = ['/vens', own, '/programs', '/events', '/reports'];
  const methods = ['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
  return [
    ...collections.flatMap((path) => [
      ...methods.map((method): Step => ({ method, path })),
      get(`${path}/`),
      get(`${path}/%00`),
      { method: 'POST', path },
      ...['{', '', '[]', 'null', '"x"', '1'].map((body) => post(path, body)),
      { ...post(path, '{}'), headers: { 'content-type': 'text/plain' } },
      { ...post(path, '{}'), headers: { 'content-type': 'application/json; charset=utf-8' } },
      { ...post(path, '{}'), headers: { 'content-type': 'application/problem+json' } },
      ...as('nobody', [post(path, '{'), get(`${path}?limit=0`)]),
    ]),
    ...['/', '/x', '/auth', '/auth/server', '/auth/token', '/health', '/health/', '/notifiers'].flatMap(
      (path) => [get(path), ...as('nobody', [get(path)])],
    ),
    get('/notifiers/mqtt/topics/programs'),
    { method: 'POST', path: '/auth/token' },
    { ...post('/auth/token', ''), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { ...post('/auth/token', 'x=1'), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ...as('nobody', tokenSteps()),
  ];
}

function tokenSteps(): Step[] {
  const grant = 'grant_type=client_credentials';
  const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
  const ask = (form: string, more: Record<string, string> = {}): Step => ({
    ...post('/auth/token', form),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...more },
  });
  return [
    ask(grant),
    ask('grant_type=password&client_id=bl&client_secret=x'),
    ask('grant_type=&client_id=bl&client_secret=x'),
    ask('client_id=bl&client_secret=x'),
    ask(`${grant}&client_id=bl&client_secret=wrong`),
    ask(`${grant}&client_id=nobody&client_secret=wrong`),
    ask(`${grant}&client_id=bl`),
    ask(`${grant}&client_secret=x`),
    ask(`${grant}&client_id=&client_secret=`),
    ask(grant, basic('bl:wrong')),
    ask(grant, basic('bl')),
    ask(grant, { authorization: 'Basic %%%' }),
    ask(grant, { authorization: 'Bearer x' }),
    ask(`${grant}&client_id=bl&client_secret=x`, basic('bl:wrong')),
    ask(`${grant}&client_id=bl`, basic('bl:wrong')),
    ask(`${grant}&${grant}`, basic('bl:wrong')),
    { method: 'GET', path: '/auth/token' },
  ];
}
