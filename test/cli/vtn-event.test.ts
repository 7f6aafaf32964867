import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatorFor } from '../support/simulator.ts';
import { terminalInTurn as terminal } from './in-turn.ts';

const token = { VENFLEET_TOKEN: 'any' };

for (const [profile, target, kept] of [
  ['flex-gateway', 'GROUP=load_2', [{ type: 'GROUP', values: ['load_2'] }]],
  ['openadr-3.0', 'GROUP=load_2', [{ type: 'GROUP', values: ['load_2', 'load_3'] }]],
  ['openadr-3.1', 'load_2', ['load_2', 'load_3']],
] as const) {
  test(`an event on ${profile}: made, changed, cancelled`, async (t) => {
    const simulator = await simulatorFor(t, { dialect: profile });
    const { runWith } = terminal(t);
    const post = (...args: string[]) =>
      runWith({ env: token }, 'vtn', 'event', '--vtn-url', simulator.url, '--profile', profile, ...args);
    const read = () => {
      const [event] = [...(simulator.pages().events?.() ?? [])] as Record<string, unknown>[];
      return event ?? {};
    };
    const isGateway = profile === 'flex-gateway';
    const more = isGateway ? [] : ['--target', target.replace('2', '3')];
    const asked = ['--value', '2', '--duration', 'PT30M', '--target', target, ...more, '--priority', '1'];
    const made = await post(...asked, '--start', '2030-01-01T10:00:00Z', '--program', 'Trial');
    assert.deepEqual([made.code, made.stderr], [0, 'venfleet: made program "Trial" for it\n']);
    const id = made.stdout.trim();
    const first = read();
    assert.equal(first.id, id);
    assert.equal(first.priority, 1);
    assert.deepEqual(isGateway ? first.event_targets : first.targets, kept);
    assert.deepEqual(payloads(first), [{ type: 'SIMPLE', values: [2] }]);
    assert.deepEqual(
      span(first),
      isGateway
        ? ['2030-01-01T10:00:00.000Z', '2030-01-01T10:30:00.000Z']
        : ['2030-01-01T10:00:00+00:00', 'P0Y0M0DT0H30M0S'],
    );

    const changed = await post('--modify', id, '--value', '3', '--json');
    assert.equal(changed.code, 0, changed.stderr);
    const programId = isGateway ? first.program_id : first.programID;
    assert.deepEqual(JSON.parse(changed.stdout), {
      ...{ format: 1, action: 'modify', id, programId, programMade: false },
    });
    assert.deepEqual(payloads(read()), [{ type: 'SIMPLE', values: [3] }]);
    assert.deepEqual([span(read()), read().priority], [span(first), 1]);

    const cancelled = await post('--cancel', id);
    assert.deepEqual([cancelled.code, cancelled.stdout], [0, `${id}\n`]);
    if (isGateway) assert.deepEqual([read().status, read().modification_number], ['cancelled', 2]);
    else assert.deepEqual(span(read()), ['0001-01-01T00:00:00+00:00', 'P0Y0M0DT0H0M0S']);
    assert.deepEqual(payloads(read()), [{ type: 'SIMPLE', values: [3] }]);

    // The program of that name is there now.
    const again = await post('--program', 'Trial', '--type', 'ALERT_OTHER', '--value', 'now then');
    assert.deepEqual([again.code, again.stderr], [0, '']);
    assert.equal(simulator.stats().programs, 1);
  });
}

test('an event of OpenADR asks for reports, and begins at random, as soon as it is heard of', async (t) => {
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  const to = ['--vtn-url', simulator.url, '--profile', 'openadr-3.1', '--token', 'x'];
  const { run } = terminal(t);
  const asked = [
    '--report',
    'SIMPLE_LEVEL',
    '--report',
    'USAGE',
    '--randomize-start',
    'PT5M',
    '--start',
    'now',
  ];
  const { code, stderr } = await run(
    'vtn',
    'event',
    ...to,
    ...asked,
    '--name',
    'Peak',
    '--duration',
    'P9999Y',
  );
  assert.equal(code, 0, stderr);
  const [event] = [...(simulator.pages().events?.() ?? [])] as Record<string, unknown>[];
  const reports = event?.reportDescriptors as { payloadType: string }[];
  assert.deepEqual(
    reports.map(({ payloadType }) => payloadType),
    ['SIMPLE_LEVEL', 'USAGE'],
  );
  assert.deepEqual(
    [event?.eventName, event?.intervalPeriod],
    [
      'Peak',
      {
        ...{ start: '0001-01-01T00:00:00+00:00', duration: 'P9999Y0M0DT0H0M0S' },
        randomizeStart: 'P0Y0M0DT0H5M0S',
      },
    ],
  );
});

test('what cannot be said is refused before anything is sent', async (t) => {
  const simulator = await simulatorFor(t);
  const { run } = terminal(t);
  const refused: [RegExp, ...string[]][] = [
    [/--report is for OpenADR/, '--report', 'USAGE'],
    [/--randomize-start is for OpenADR/, '--randomize-start', 'PT5M'],
    [/cannot go together/, '--modify', 'a', '--cancel', 'b'],
    [/changes nothing else/, '--cancel', 'b', '--value', '2'],
    [/is not TYPE=value/, '--profile', 'openadr-3.0', '--target', 'Aalborg'],
    [/--duration: must be a duration/, '--duration', '1h'],
    [/--start: must be "now"/, '--start', 'soon'],
  ];
  await Promise.all(
    refused.map(async ([problem, ...args]) => {
      const { code, stdout, stderr } = await run('vtn', 'event', '--vtn-url', simulator.url, ...args);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, problem);
      assert.match(stderr, /venfleet vtn event --help". \[BAD_OPTION\]\n$/);
    }),
  );
  assert.equal(simulator.stats().requests, 0);
  const to = ['vtn', 'event', '--vtn-url', simulator.url];
  assert.match(
    (await run(...to, '--token', 'x', '--cancel', 'b')).stderr,
    /Event not found.*\[EVENT_REFUSED\]\n$/,
  );
  assert.match((await run(...to)).stderr, /\[VTN_TOKEN_REFUSED\]\n$/);
});

function payloads(event: Record<string, unknown>): unknown {
  const [interval] = event.intervals as { payloads: unknown }[];
  return interval?.payloads;
}

/** Start and end of the gateway's, start and duration of OpenADR's. */
function span(event: Record<string, unknown>): unknown[] {
  if ('start_date' in event) return [event.start_date, event.end_date];
  const { start, duration } = event.intervalPeriod as Record<string, unknown>;
  return [start, duration];
}
