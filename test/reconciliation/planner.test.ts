import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fields, RemoteResource } from '../../src/profiles/reconciliation-profile.ts';
import { outdated } from '../../src/reconciliation/apply/apply-plan.ts';
import { createRemoteIndex } from '../../src/reconciliation/listing/remote-index.ts';
import type { LocalLoad } from '../../src/reconciliation/local-loads.ts';
import { noActions, type PlanAction } from '../../src/reconciliation/plan-actions.ts';
import { createPlanner } from '../../src/reconciliation/planner.ts';
import type { Owner, SentRecord } from '../../src/store/sent-store.ts';
import { casesOf } from '../support/properties.ts';

/** A load of a model database. */
interface ModelLoad {
  loadId: string;
  externalId: string;
  ven: string;
  wanted: 'yes' | 'no' | 'as-is' | 'broken';
  name: string;
  /** A field that the VTN may not list. */
  hidden: string;
  storedId: string | null;
  approved: boolean;
}

interface ModelResource {
  id: string;
  externalId: string | undefined;
  ven: string;
  name: string;
  hidden: string;
}

/** A database and a VTN, small enough to be looked at whole. */
interface Model {
  loads: ModelLoad[];
  sent: Map<string, SentRecord>;
  vtn: ModelResource[];
  /** Whether the VTN lists the field `hidden`. */
  listsAll: boolean;
  nextId: number;
}

const key = (ven: string, externalId: string) => `${ven}/${externalId}`;
const hashOf = ({ name, hidden }: { name: string; hidden: string }) => `${name}|${hidden}`;
const fieldsOf = ({ name, hidden }: { name: string; hidden: string }, all = true): Fields => [
  ['name', name],
  ...(all ? [['hidden', hidden] as const] : []),
];

function localLoad(model: Model, load: ModelLoad): LocalLoad {
  return {
    loadId: load.loadId,
    externalResourceId: load.externalId,
    venName: load.ven,
    wanted: load.wanted === 'broken' ? { problem: 'broken' } : load.wanted,
    storedId: load.storedId,
    approved: load.approved,
    sent: model.sent.get(key(load.ven, load.externalId)),
    sentHash: () => hashOf(load),
    fields: () => fieldsOf(load),
  };
}

/** Plans as `makePlan` does, over the model; notes what agrees, as `apply` does. */
function planOf(
  model: Model,
  { removeAll = false } = {},
): { actions: PlanAction[]; toRemember: SentRecord[] } {
  const resources = model.vtn.map(
    (one): RemoteResource => ({
      id: one.id,
      externalResourceId: one.externalId,
      name: one.name,
      venName: one.ven,
      fields: fieldsOf(one, model.listsAll),
    }),
  );
  const remote = createRemoteIndex(new Map(resources.map((one) => [one.id, one])));
  const actions: PlanAction[] = [];
  const toRemember: SentRecord[] = [];
  const planner = createPlanner(
    remote,
    { why: removeAll ? 'asked' : 'disabled', removeDuplicates: removeAll, isInScope: () => true },
    (action) => actions.push(action),
    (sent) => toRemember.push(sent),
  );
  for (const load of model.loads) {
    planner.consider({ ...localLoad(model, load), ...(removeAll && { wanted: 'no' as const }) });
  }
  const known = new Set(model.loads.map(({ externalId }) => externalId));
  const remembered = new Set([...model.sent.values()].map(({ externalResourceId }) => externalResourceId));
  const owners = planner
    .unclaimed()
    .filter((id) => known.has(id) || remembered.has(id))
    .map((id): [string, Owner] => [id, known.has(id) ? 'load' : 'remembered']);
  planner.finish(new Map(owners));
  return { actions, toRemember };
}

/** Carries out a plan on the model, as `applyPlan` does on the real thing; `stopAfter`: killed after so many steps. */
function applyTo(
  model: Model,
  { actions, toRemember }: ReturnType<typeof planOf>,
  stopAfter = Infinity,
): void {
  const loads = new Map(model.loads.map((load) => [load.loadId, load]));
  const at = (loadId: string) => loads.get(loadId) as ModelLoad;
  const map = (load: ModelLoad, id: string, sentHash: string | null) => {
    Object.assign(load, { storedId: id, approved: true });
    const sent = { externalResourceId: load.externalId, venName: load.ven, vtnResourceId: id, sentHash };
    model.sent.set(key(load.ven, load.externalId), sent);
  };
  const unmap = (load: ModelLoad) => Object.assign(load, { storedId: null, approved: false });
  const forget = (ven: string, externalId: string, loadId: string | null) => {
    model.sent.delete(key(ven, externalId));
    if (loadId !== null) unmap(at(loadId));
  };
  const remove = (id: string) => {
    model.vtn = model.vtn.filter((one) => one.id !== id);
  };
  for (const loadId of outdated(actions)) unmap(at(loadId));
  for (const action of actions) {
    if (action.kind === 'correct' && action.resourceId !== null)
      map(at(action.loadId), action.resourceId, null);
  }
  for (const sent of toRemember) model.sent.set(key(sent.venName, sent.externalResourceId), sent);
  const steps: (() => void)[] = [];
  for (const action of actions) {
    if (action.kind !== 'remove' && !(action.kind === 'update' && action.fromVen !== null)) continue;
    const from = action.kind === 'remove' ? action.venName : (action.fromVen as string);
    steps.push(() => remove(action.resourceId));
    steps.push(() => forget(from, action.externalResourceId, action.loadId));
  }
  for (const action of actions) {
    if (action.kind !== 'update' || action.fromVen !== null) continue;
    const load = at(action.loadId);
    const there = model.vtn.find(({ id }) => id === action.resourceId);
    steps.push(() => Object.assign(there ?? {}, { name: load.name, hidden: load.hidden }));
    steps.push(() => map(load, action.resourceId, hashOf(load)));
  }
  for (const action of actions) {
    if (action.kind !== 'create' && !(action.kind === 'update' && action.fromVen !== null)) continue;
    const load = at(action.loadId);
    const id = `new-${model.nextId++}`;
    const { externalId, ven, name, hidden } = load;
    steps.push(() => model.vtn.push({ id, externalId, ven, name, hidden }));
    steps.push(() => map(load, id, hashOf(load)));
  }
  for (const step of steps.slice(0, stopAfter)) step();
}

const ids = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'];
const externals = ['a', 'b', 'c', 'd', 'e'];
const vens = fc.constantFrom('V', 'W');
const words = fc.constantFrom('x', 'y', 'z');

const loadsArbitrary = fc.uniqueArray(
  fc.record({
    externalId: fc.constantFrom(...externals),
    ven: vens,
    wanted: fc.constantFrom('yes', 'yes', 'yes', 'no', 'as-is', 'broken') as fc.Arbitrary<
      ModelLoad['wanted']
    >,
    name: words,
    hidden: words,
    storedId: fc.option(fc.constantFrom(...ids), { nil: null }),
    approved: fc.boolean(),
  }),
  { selector: ({ externalId }) => externalId },
);

const vtnArbitrary = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...ids),
    externalId: fc.option(fc.constantFrom(...externals, 'foreign'), { nil: undefined }),
    ven: vens,
    name: words,
    hidden: words,
  }),
  { selector: ({ id }) => id },
);

const sentArbitrary = fc.array(
  fc.record({
    externalResourceId: fc.constantFrom(...externals),
    venName: vens,
    vtnResourceId: fc.constantFrom(...ids),
    sentHash: fc.option(
      fc.tuple(words, words).map(([name, hidden]) => `${name}|${hidden}`),
      { nil: null },
    ),
  }),
);

const modelArbitrary: fc.Arbitrary<Model> = fc
  .record({ loads: loadsArbitrary, vtn: vtnArbitrary, sent: sentArbitrary, listsAll: fc.boolean() })
  .map(({ loads, vtn, sent, listsAll }) => ({
    loads: loads.map((load) => ({ ...load, loadId: `load-${load.externalId}` })),
    vtn: vtn.map((one) => ({ ...one })),
    sent: new Map(sent.map((one) => [key(one.venName, one.externalResourceId), one])),
    listsAll,
    nextId: 0,
  }));

const copy = (model: Model): Model => structuredClone(model);
const isChange = ({ kind }: PlanAction) => kind !== 'conflict' && kind !== 'stranger';

test('plan, then apply, then plan is empty, from any state of both sides', () => {
  fc.assert(
    fc.property(modelArbitrary, (model) => {
      applyTo(model, planOf(model));
      assert.deepEqual(planOf(model).actions.filter(isChange), []);
    }),
    { numRuns: casesOf(3_000) },
  );
});

test('so it is after an apply that was killed anywhere, and strangers and conflicts are never touched', () => {
  fc.assert(
    fc.property(modelArbitrary, fc.nat({ max: 12 }), (model, steps) => {
      const before = planOf(model);
      const untouchable = before.actions.flatMap((action) => {
        if (action.kind === 'stranger') return [action.resourceId];
        return action.kind === 'conflict' ? action.resourceIds : [];
      });
      const of = (id: string) => structuredClone(model.vtn.find((one) => one.id === id));
      const held = untouchable.map(of);
      applyTo(model, before, steps);
      applyTo(model, planOf(model));
      assert.deepEqual(planOf(model).actions.filter(isChange), []);
      assert.deepEqual(untouchable.map(of), held);
    }),
    { numRuns: casesOf(3_000) },
  );
});

test('afterwards each wanted load is exactly once on the VTN, as it is here, under the id that is stored', () => {
  fc.assert(
    fc.property(modelArbitrary, (model) => {
      applyTo(model, planOf(model));
      const conflicts = new Set(
        planOf(model).actions.flatMap((action) =>
          action.kind === 'conflict' ? [action.externalResourceId] : [],
        ),
      );
      for (const load of model.loads) {
        const there = model.vtn.filter(({ externalId }) => externalId === load.externalId);
        if (conflicts.has(load.externalId) || load.wanted === 'as-is') continue;
        if (load.wanted === 'no') {
          assert.deepEqual([there, load.storedId], [[], null]);
          continue;
        }
        const held = there[0] ?? model.vtn.find(({ id }) => id === load.storedId);
        assert.ok(there.length <= 1 && held, load.externalId);
        assert.deepEqual([held.id, held.ven, held.name], [load.storedId, load.ven, load.name]);
        if (model.listsAll) assert.equal(held.hidden, load.hidden);
      }
      const stored = model.loads.filter(({ approved }) => approved).map(({ storedId }) => storedId);
      const mapped = stored.filter((id) => model.vtn.some((one) => one.id === id));
      const suspended = model.loads.some(({ wanted }) => wanted === 'as-is' || wanted === 'broken');
      if (!suspended && conflicts.size === 0)
        assert.equal(new Set(mapped).size, mapped.length, 'one load, one id');
    }),
    { numRuns: casesOf(3_000) },
  );
});

test('taking all off leaves only what is not ours', () => {
  fc.assert(
    fc.property(modelArbitrary, (model) => {
      const ours = new Set([
        ...model.loads.map(({ externalId }) => externalId),
        ...[...model.sent.values()].map(({ externalResourceId }) => externalResourceId),
      ]);
      const others = model.vtn.filter(({ externalId }) => externalId !== undefined && !ours.has(externalId));
      applyTo(model, planOf(model, { removeAll: true }));
      const left = model.vtn.filter(({ externalId }) => externalId !== undefined);
      assert.deepEqual(left, others);
      const plan = planOf(copy(model), { removeAll: true });
      assert.deepEqual(plan.actions.filter(isChange), []);
    }),
    { numRuns: casesOf(2_000) },
  );
});

/** A model with one load on the VTN, as it should be. */
function oneLoad(
  changes: Partial<ModelLoad> = {},
  resource: Partial<ModelResource> = {},
  listsAll = true,
): Model {
  const load: ModelLoad = {
    loadId: 'l',
    externalId: 'a',
    ven: 'V',
    wanted: 'yes',
    name: 'x',
    hidden: 'h',
    storedId: 'r0',
    approved: true,
    ...changes,
  };
  const sent = { externalResourceId: 'a', venName: 'V', vtnResourceId: 'r0', sentHash: 'x|h' };
  const vtn = [{ id: 'r0', externalId: 'a', ven: 'V', name: 'x', hidden: 'h', ...resource }];
  return { loads: [load], vtn, sent: new Map([[key('V', 'a'), sent]]), listsAll, nextId: 0 };
}

const kinds = (model: Model) => planOf(model).actions.map(({ kind }) => kind);

test('a change of what the VTN does not list is told by the hash of what was sent', () => {
  assert.deepEqual(kinds(oneLoad({}, {}, false)), []);
  assert.deepEqual(kinds(oneLoad({ hidden: 'changed' }, {}, false)), ['update']);
  const unknown = oneLoad({ hidden: 'changed' }, {}, false);
  unknown.sent.clear();
  assert.deepEqual(kinds(unknown), [], 'nobody knows what was sent: what is listed has to do');
  assert.equal(planOf(unknown).toRemember.length, 1, 'and from now on the hash is known');
});

test('a load that has its id and does not count as registered is corrected', () => {
  assert.deepEqual(kinds(oneLoad({ approved: false })), ['correct']);
  assert.deepEqual(kinds(oneLoad({ storedId: 'r9' })), ['correct']);
});

test('a VEN whose name the VTN spells in another way is no other VEN', () => {
  const [here, there] = ['Ærø å'.normalize('NFC'), 'Ærø å'.normalize('NFD')];
  assert.notEqual(here, there);
  assert.deepEqual(kinds(oneLoad({ ven: here }, { ven: there })), []);
  assert.deepEqual(kinds(oneLoad({ ven: here }, { ven: 'Ærø' })), ['update']);
});

test('what was sent of a former resource says nothing of the one that is there', () => {
  const model = oneLoad({ storedId: 'r1', hidden: 'changed' }, { id: 'r1' }, false);
  assert.deepEqual(kinds(model), []);
});

test('an id that the VTN gave to another after it was wiped is not ours', () => {
  assert.deepEqual(kinds(oneLoad({}, { externalId: 'theirs' })), ['create', 'stranger']);
  assert.deepEqual(kinds(oneLoad({}, { externalId: undefined, name: 'another' })), ['create', 'stranger']);
  assert.deepEqual(kinds(oneLoad({}, { externalId: undefined })), [], 'the same id, name and VEN');
});

test('a resource without external id is that of one load only, though two have its id stored', () => {
  const model = oneLoad({}, { externalId: undefined });
  model.loads.push({ ...(model.loads[0] as ModelLoad), loadId: 'm', externalId: 'b' });
  assert.deepEqual(kinds(model), ['create']);
});

test('a wrong id is forgotten before anything is removed: it could name a stranger', () => {
  const model = oneLoad({ wanted: 'no', storedId: 'r9' });
  model.vtn.push({ id: 'r9', externalId: undefined, ven: 'V', name: 'x', hidden: 'h' });
  applyTo(model, planOf(model), 1);
  assert.deepEqual(kinds(model), ['stranger']);
});

test('several resources of one load are a conflict that names them', () => {
  const model = oneLoad();
  model.vtn.push({ id: 'r7', externalId: 'a', ven: 'V', name: 'x', hidden: 'h' });
  const [action, ...rest] = planOf(model).actions;
  assert.deepEqual(rest, []);
  assert.ok(action?.kind === 'conflict' && action.why === 'duplicate');
  assert.deepEqual(action.resourceIds, ['r0', 'r7']);
  model.loads = [];
  assert.deepEqual(kinds(model), ['conflict'], 'once, also where the load is gone');
});

test('every kind of action has a count', () => {
  const counts = noActions();
  for (const kind of kinds(oneLoad({ name: 'y' }))) assert.equal(counts[kind], 0);
});
