import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { apply, deregister } from '../../src/api/apply.ts';
import { plan, verify } from '../../src/api/plan.ts';
import { type RegisterOptions, register } from '../../src/api/register.ts';
import { defaultRetryPolicy } from '../../src/core/retry.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { execute, pythonDatabase, query, readLoads, sitesOf } from '../support/fleet-database.ts';
import { inTurn } from '../support/in-turn.ts';
import { assertOneToOne, simulatorFor } from '../support/simulator.ts';

const dialects = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
type Dialect = (typeof dialects)[number];

/** A fleet of 120 loads, 42 of them Aalborg's, and two VTNs that take duplicates where they can. */
async function setUp(t: TestContext, dialect: Dialect = 'flex-gateway') {
  const dbPath = pythonDatabase(t, sitesOf({ Aalborg: 7, Aarhus: 13 }));
  const options = dialect === 'flex-gateway' ? { duplicates: 'accept' as const } : {};
  const [a, b] = [
    await simulatorFor(t, { dialect, ...options }),
    await simulatorFor(t, { dialect, ...options }),
  ];
  const on = (vtn: Simulator, more: Pick<RegisterOptions, 'scope'> = {}) => ({
    dbPath,
    vtnUrl: vtn.url,
    profile: dialect,
    bearerToken: 'x',
    retry: { ...defaultRetryPolicy, graceMs: 50 },
    ...more,
  });
  return { dbPath, a, b, on };
}

const aalborg = { scope: { vens: ['Aalborg'] } };
const other = (message: RegExp) => ({ code: 'VTN_OTHER', message });
const registered = (path: string) =>
  readLoads(path).filter(({ registration_status: status }) => status === 'APPROVED').length;
const contents = (path: string) =>
  JSON.stringify([
    readLoads(path),
    ...['sending', 'sending_log', 'vens', 'vtn', 'vtns', 'ven_vtn', 'failures'].map((table) =>
      query(path, `SELECT * FROM venfleet_${table}`),
    ),
  ]);

for (const [dialect, test] of inTurn(dialects)) {
  test(`${dialect}: Aalborg on A, then B and back: refused unless it is said, and nothing is doubled`, async (t) => {
    const { dbPath, a, b, on } = await setUp(t, dialect);
    await register(on(a, aalborg));
    const before = contents(dbPath);
    const refusal = other(
      /^42 loads are registered on http:\S+ \(\S+\), according to the database, not on http/,
    );
    const refused = [
      () => register(on(b)),
      () => register(on(b, aalborg)),
      () => plan(on(b)),
      () => verify(on(b)),
      () => apply(on(b)),
      () => deregister({ ...on(b), vens: ['Aalborg'] }),
      () => register({ ...on(b), ifOtherVtn: 'move', confirmMove: () => false }),
      () => apply({ ...on(b), ifOtherVtn: 'move', confirmMove: async () => false }),
    ];
    for (const run of refused.slice(0, 6)) await assert.rejects(run, refusal);
    for (const run of refused.slice(6)) await assert.rejects(run, { code: 'VTN_OTHER' });
    await assert.rejects(register({ ...on(b), ifOtherVtn: 'same' }), other(/knows 0 under the stored id/));
    assert.equal(contents(dbPath), before, 'nothing was changed');
    assert.equal(b.stats().resources, 0);

    const moves: unknown[] = [];
    const confirmMove = (move: unknown) => moves.push(move) > 0;
    const moved = await register({ ...on(b), ifOtherVtn: 'move', confirmMove });
    const from = [{ url: a.url, profile: dialect }];
    assert.deepEqual(moves, [{ loads: 42, from, to: { url: b.url, profile: dialect } }]);
    assert.deepEqual([moved.success, moved.loads.registered, moved.loads.alreadyRegistered], [true, 120, 0]);
    assertOneToOne(dbPath, b);
    assert.equal((await register(on(b))).loads.alreadyRegistered, 120);
    await assert.rejects(register(on(a)), other(/^120 loads are registered on/));

    const back = await register({ ...on(a), ifOtherVtn: 'move' });
    assert.deepEqual([back.success, back.loads.registered], [true, 120]);
    assertOneToOne(dbPath, a);
    assert.deepEqual([a.stats().resources, b.stats().resources], [120, 120]);
    assert.equal((await verify(on(a))).agrees, true);

    const again = await apply({ ...on(b), ifOtherVtn: 'move' });
    assert.deepEqual([again.success, again.created], [true, 0]);
    assertOneToOne(dbPath, b);
    assert.equal(b.stats().resources, 120);
  });

  test(`${dialect}: a VTN that was wiped is refused, until it is said`, async (t) => {
    const { dbPath, a, on } = await setUp(t, dialect);
    await register(on(a, aalborg));
    a.wipe();
    const before = contents(dbPath);
    const wiped = other(
      /^42 loads are registered according to the database, but http\S+ knows none of those looked/,
    );
    for (const run of [
      () => register(on(a)),
      () => plan(on(a)),
      () => apply(on(a)),
      () => deregister({ ...on(a), vens: ['Aalborg'] }),
    ])
      await assert.rejects(run, wiped);
    assert.equal(contents(dbPath), before, 'nothing was changed');
    const ended = await apply({ ...on(a), ifOtherVtn: 'move' });
    assert.deepEqual([ended.success, ended.created], [true, 120]);
    assertOneToOne(dbPath, a);
  });

  test(`${dialect}: a mixture that an earlier version made is found, and put right`, async (t) => {
    const { dbPath, a, b, on } = await setUp(t, dialect);
    await register(on(a, aalborg));
    // As the earlier version did, which noted the last VTN alone.
    await register({ ...on(b), ifOtherVtn: 'keep' });
    execute(
      dbPath,
      `DELETE FROM venfleet_ven_vtn; DELETE FROM venfleet_vtns;
       INSERT INTO venfleet_vtns (url, profile) SELECT url, profile FROM venfleet_vtn`,
    );
    const mixture = other(/^42 loads are registered of VEN "Aalborg" according to the database, but http/);
    for (const run of [() => plan(on(b)), () => verify(on(b)), () => apply(on(b))])
      await assert.rejects(run, mixture);
    execute(
      dbPath,
      "UPDATE loads SET vtn_resource_id = NULL, registration_status = 'PENDING' WHERE id = 120",
    );
    await assert.rejects(register(on(b)), mixture);
    const ended = await register({ ...on(b), ifOtherVtn: 'move' });
    assert.deepEqual([ended.success, ended.loads.registered, ended.loads.alreadyRegistered], [true, 43, 77]);
    assertOneToOne(dbPath, b);
    assert.equal(b.stats().resources, 120);
  });

  test(`${dialect}: the same VTN at another address is taken for it once it knows a sample`, async (t) => {
    const { dbPath, a, on } = await setUp(t, dialect);
    await register(on(a, aalborg));
    const elsewhere = { ...on(a), vtnUrl: a.url.replace('127.0.0.1', 'localhost') };
    await assert.rejects(register(elsewhere), { code: 'VTN_OTHER' });
    const ended = await register({ ...elsewhere, ifOtherVtn: 'same' });
    assert.deepEqual([ended.success, ended.loads.registered, ended.loads.alreadyRegistered], [true, 78, 42]);
    assertOneToOne(dbPath, a);
    const { requests } = a.stats();
    assert.equal((await register(elsewhere)).loads.alreadyRegistered, 120);
    assert.equal(a.stats().requests, requests, 'with nothing to do, nobody is asked');
    await assert.rejects(plan(on(a)), other(/^120 loads are registered on http:\/\/localhost/));
  });
}

test('ids that another program stored are looked for before the rest is registered', async (t) => {
  const { dbPath, a, on } = await setUp(t);
  execute(
    dbPath,
    "UPDATE loads SET vtn_resource_id = 'theirs-' || id, registration_status = 'APPROVED' WHERE id < 43",
  );
  await assert.rejects(register(on(a)), other(/^42 loads are registered according to the database/));
  assert.deepEqual([registered(dbPath), a.stats().resources], [42, 0]);
});

test('a move that ends before anything is registered is remembered', async (t) => {
  const { dbPath, a, b, on } = await setUp(t);
  await register(on(a, aalborg));
  const declined = await apply({ ...on(b), ifOtherVtn: 'move', confirm: () => false });
  assert.deepEqual([declined.declined, registered(dbPath)], [true, 0]);
  const back = await register(on(a));
  assert.deepEqual([back.success, back.loads.registered], [true, 120]);
  assert.equal(a.stats().resources, 120, 'those that A has already were looked up');
  assertOneToOne(dbPath, a);
});

test('what a VTN lost, though not its VENs, is a matter of the plan', async (t) => {
  const { dbPath, a, on } = await setUp(t);
  await register(on(a));
  execute(dbPath, "UPDATE resources SET enabled = 0 WHERE ven = 'Aalborg'");
  assert.equal((await apply({ ...on(a), maxRemovals: 42 })).removed, 42);
  execute(
    dbPath,
    "UPDATE loads SET vtn_resource_id = 'gone-' || id, registration_status = 'APPROVED' WHERE id < 43",
  );
  assert.equal((await plan({ ...on(a), ...aalborg })).counts.correct, 42);
  execute(dbPath, "UPDATE resources SET enabled = 1 WHERE ven = 'Aalborg'");
  assert.equal((await plan(on(a))).counts.create, 42);
});

test('Ctrl-C at the question whether to move is an interruption, and nothing is forgotten', async (t) => {
  const { dbPath, a, b, on } = await setUp(t);
  await register(on(a, aalborg));
  const before = contents(dbPath);
  for (const command of [register, apply]) {
    const controller = new AbortController();
    const confirmMove = () => {
      controller.abort();
      return false;
    };
    const options = { ...on(b), ifOtherVtn: 'move' as const, confirmMove, signal: controller.signal };
    assert.equal((await command(options)).interrupted, true);
    assert.equal(contents(dbPath), before);
  }
  assert.equal(b.stats().resources, 0);
});
