import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overview } from '../../src/server/schemas/overview.ts';
import { aPlan, aRun, wellState } from '../support/page-fleet.ts';
import { type PageServer, pageServer } from '../support/page-server.ts';
import { createTestClock } from '../support/test-clock.ts';

type Trouble = (server: PageServer) => void;

const vtn = (state: typeof wellState.vtn.state): Trouble => {
  return ({ made }) => {
    made.state = { ...wellState, vtn: { ...wellState.vtn, state, sinceMs: 1, problem: 'it said so' } };
  };
};

const troubles: readonly (readonly [
  what: string,
  make: Trouble,
  severity: string,
  says: RegExp,
  link: string | null,
])[] = [
  ['silence', vtn('silent'), 'error', /^The VTN does not answer: it said so\.$/, null],
  ['a busy VTN', vtn('busy'), 'warning', /^The VTN is too busy to answer: it said so\.$/, null],
  ['a token refused', vtn('refusing-token'), 'error', /^The VTN refuses the token: it said so\.$/, null],
  [
    'a part that failed',
    ({ made }) => {
      const [first, ...others] = wellState.parts;
      const parts = [{ ...first!, state: 'degraded' as const, problem: 'the disk is full' }, ...others];
      made.state = { ...wellState, parts };
    },
    'error',
    /^Keeping fleet and VTN together failed: the disk is full\.$/,
    '/runs',
  ],
  [
    'instructions missed',
    ({ fleet }) => {
      fleet.missed = 1200;
    },
    'error',
    /^1,200 instructions of events came too late/,
    '/events',
  ],
  [
    'an alarm',
    ({ made }) => {
      made.state = { ...wellState, alarms: ['sink "file" takes nothing'] };
    },
    'error',
    /^Events: sink "file" takes nothing\.$/,
    '/events',
  ],
  [
    'a conflict',
    ({ made }) => {
      made.plan = aPlan(9, { conflict: 2 });
    },
    'warning',
    /^2 conflicts between fleet and VTN/,
    '/runs',
  ],
  [
    'drift',
    ({ made }) => {
      made.plan = aPlan(9, { remove: 3 });
    },
    'warning',
    /differ: 0 to create, 0 to update, 3 to remove/,
    '/runs',
  ],
  [
    'reports that are late',
    ({ made }) => {
      const parts = wellState.parts.map((part) => ({ ...part, state: 'working' as const, problem: null }));
      made.state = { ...wellState, parts };
    },
    'warning',
    /^Reports are late: the newest reading is 24 hours old\.$/,
    '/matrix',
  ],
];

async function attention(server: PageServer) {
  return overview.parse(await (await server.get('overview')).json()).attention;
}

test('what operators fear is said, with where it is explained', async (t) => {
  for (const [what, make, severity, says, link] of troubles) {
    const server = await pageServer(t, { clock: createTestClock(Date.UTC(2026, 0, 3)) });
    server.fleet.cells = server.fleet.cells.map((cell) => ({ ...cell, registered: 7, failed: 0 }));
    server.fleet.change();
    assert.deepEqual(await attention(server), [], 'all is well');
    make(server);
    server.fleet.change();
    const [found, ...others] = await attention(server);
    assert.deepEqual([found?.severity, found?.link, others], [severity, link, []], what);
    assert.match(found?.text ?? '', says);
    await server.close();
  }
});

test('failed loads are said with their first reason; many of them are an error, and come first', async (t) => {
  const clock = createTestClock(Date.UTC(2026, 0, 3));
  const server = await pageServer(t, { clock });
  vtn('busy')(server);
  assert.deepEqual(await attention(server), [
    {
      severity: 'error',
      text: '6 loads could not be registered; for this reason: the VTN said no.',
      link: '/loads?state=failed',
    },
    { severity: 'warning', text: 'The VTN is too busy to answer: it said so.', link: null },
  ]);
});

test('readings of another time are not late, and are said to be such', async (t) => {
  const server = await pageServer(t, { clock: createTestClock(Date.UTC(2026, 0, 3)), isReplay: true });
  server.fleet.cells = [];
  server.fleet.change();
  const parts = wellState.parts.map((part) => ({ ...part, state: 'working' as const, problem: null }));
  server.made.state = { ...wellState, parts };
  assert.deepEqual(await attention(server), []);
  const { reports } = overview.parse(await (await server.get('overview')).json());
  assert.equal(reports?.isReplay, true);
});

test('drift that was put right since is none', async (t) => {
  const server = await pageServer(t, { clock: createTestClock(Date.UTC(2026, 0, 3)) });
  server.fleet.cells = [];
  server.fleet.change();
  server.made.plan = aPlan(9, { create: 1 });
  assert.equal((await attention(server)).length, 1);
  server.fleet.runs = [aRun(5, { command: 'apply' })];
  server.fleet.change();
  assert.deepEqual(await attention(server), []);
});
