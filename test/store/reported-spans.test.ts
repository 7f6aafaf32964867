import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openStore } from '../../src/store/open-store.ts';
import type { ReportedSpan } from '../../src/store/reporting-store.ts';
import { sitesOf } from '../support/fleet-database.ts';
import { casesOf } from '../support/properties.ts';
import { testDatabase } from '../support/test-database.ts';

async function setUp(t: TestContext) {
  const { path } = testDatabase(t, sitesOf({ Aalborg: 1 }));
  const store = await openStore(path);
  t.after(() => store.close());
  return store;
}

const hour = 3_600_000;
const [kind, other] = ['flex-gateway', 'openadr-3.1'];

/** The hours from `from` until `until` of a load, with a reading in each. */
const span = (
  loadId: string,
  from: number,
  until: number,
  more: Partial<ReportedSpan & { kind: string }> = {},
) => ({
  kind,
  loadId,
  resourceRef: `r-${loadId}`,
  fromMs: from * hour,
  untilMs: until * hour,
  points: until - from,
  ...more,
});

const textOf = (spans: readonly ReportedSpan[]) =>
  spans.map((one) => `${one.loadId} ${one.fromMs / hour}-${one.untilMs / hour}: ${one.points}`);

test('spans that touch become one, and one that lies in another adds nothing', async (t) => {
  const store = await setUp(t);
  const told = async () => textOf(await store.reportedSpans(kind));
  await store.recordReports([], [span('a', 10, 20), span('b', 10, 20)], []);
  await store.recordReports([], [span('a', 20, 30), span('b', 21, 30)], []);
  assert.deepEqual(await told(), ['a 10-30: 20', 'b 10-20: 10', 'b 21-30: 9']);
  await store.recordReports([], [span('a', 5, 10), span('b', 20, 21)], []);
  assert.deepEqual(await told(), ['a 5-30: 25', 'b 10-30: 20'], 'one that fills a gap');
  await store.recordReports([], [span('a', 7, 9), span('b', 10, 30)], []);
  assert.deepEqual(await told(), ['a 5-30: 25', 'b 10-30: 20'], 'what was there');
  await store.recordReports([], [span('a', 25, 40), span('b', 0, 50)], []);
  assert.deepEqual(await told(), ['a 5-40: 35', 'b 0-50: 50'], 'what overlaps');
  await store.recordReports([], [span('c', 3, 3)], []);
  assert.deepEqual(await told(), ['a 5-40: 35', 'b 0-50: 50'], 'an empty one');
  await store.recordReports([], [span('a', 5, 6, { kind: other })], []);
  assert.deepEqual(await told(), ['a 5-40: 35', 'b 0-50: 50'], 'another kind');
  assert.deepEqual(textOf(await store.reportedSpans(other)), ['a 5-6: 1']);
});

test('what was reported under another name on the VTN is forgotten once there is something under the new one', async (t) => {
  const store = await setUp(t);
  await store.recordReports([], [span('a', 0, 10), span('a', 20, 30), span('b', 0, 10)], []);
  await store.recordReports([], [span('a', 10, 12, { resourceRef: 'new' })], []);
  assert.deepEqual(
    (await store.reportedSpans(kind)).map((one) => [one.resourceRef, ...textOf([one])]),
    [
      ['new', 'a 10-12: 2'],
      ['r-b', 'b 0-10: 10'],
    ],
  );
  await store.recordReports([], [span('b', 0, 3, { resourceRef: 'new' })], []);
  assert.deepEqual(textOf(await store.reportedSpans(kind)), ['a 10-12: 2', 'b 0-3: 3']);
  const both = [span('a', 20, 30, { resourceRef: 'new' }), span('a', 12, 15, { resourceRef: 'newest' })];
  await store.recordReports([], both, []);
  assert.deepEqual(textOf(await store.reportedSpans(kind)), ['a 12-15: 3', 'b 0-3: 3'], 'the last counts');
});

test('what is forgotten is cut out of what was reported, of these loads alone', async (t) => {
  const store = await setUp(t);
  const told = async () => textOf(await store.reportedSpans(kind));
  const cut = (loadIds: string[], from: number, until: number) =>
    store.forgetReported(kind, loadIds, { fromMs: from * hour, untilMs: until * hour });
  await store.recordReports([], [span('a', 0, 100), span('b', 0, 100), span('c', 40, 60)], []);
  await store.recordReports([], [span('a', 0, 100, { kind: other })], []);
  await cut(['a', 'c'], 40, 60);
  assert.deepEqual(await told(), ['a 0-40: 40', 'a 60-100: 40', 'b 0-100: 100']);
  await cut(['a', 'b'], 0, 10);
  await cut(['a', 'b'], 90, 200);
  assert.deepEqual(await told(), ['a 10-40: 30', 'a 60-90: 30', 'b 10-90: 80']);
  await cut(['a'], 30, 70);
  await cut(['a'], 40, 40);
  await cut([], 0, 100);
  assert.deepEqual(await told(), ['a 10-30: 20', 'a 70-90: 20', 'b 10-90: 80']);
  assert.deepEqual(textOf(await store.reportedSpans(other)), ['a 0-100: 100']);
});

/** The hours that were reported of each load: what the spans come to. */
type Model = Map<string, Set<number>>;

function spansOf(model: Model): string[] {
  return [...model].sort().flatMap(([loadId, hours]) => {
    const starts = [...hours].filter((one) => !hours.has(one - 1)).sort((a, b) => a - b);
    return starts.map((from) => {
      let until = from;
      while (hours.has(until)) until++;
      return `${loadId} ${from}-${until}: ${until - from}`;
    });
  });
}

const spans = fc.array(
  fc
    .record({
      load: fc.constantFrom('a', 'b', 'c'),
      from: fc.nat(30),
      length: fc.integer({ min: 1, max: 8 }),
    })
    .map(({ load, from, length }) => ({ load, from, until: from + length })),
  { maxLength: 12 },
);
const steps = fc.array(
  fc.record({
    batch: spans,
    forgotten: fc.option(
      spans.map((some) => some[0]),
      { nil: undefined },
    ),
  }),
  { maxLength: 5 },
);

test('whatever is reported and forgotten, in whatever order, the hours and readings are those of a set', async (t) => {
  const store = await setUp(t);
  const everything = { fromMs: 0, untilMs: 1_000 * hour };
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await store.forgetReported(kind, ['a', 'b', 'c'], everything);
      const model: Model = new Map();
      for (const { batch, forgotten } of all) {
        await store.recordReports(
          [],
          batch.map(({ load, from, until }) => span(load, from, until)),
          [],
        );
        for (const { load, from, until } of batch) {
          const hours = model.get(load) ?? new Set();
          for (let one = from; one < until; one++) hours.add(one);
          model.set(load, hours);
        }
        if (!forgotten) continue;
        const { load, from, until } = forgotten;
        await store.forgetReported(kind, [load], { fromMs: from * hour, untilMs: until * hour });
        for (let one = from; one < until; one++) model.get(load)?.delete(one);
      }
      assert.deepEqual(textOf(await store.reportedSpans(kind)), spansOf(model));
    }),
    { numRuns: casesOf(60) },
  );
});

test('the order of a batch makes no difference, though readings are spread unevenly', async (t) => {
  const store = await setUp(t);
  const uneven = fc.array(
    fc
      .record({ from: fc.nat(30), length: fc.integer({ min: 1, max: 8 }), points: fc.nat(50) })
      .map(({ from, length, points }) => span('a', from, from + length, { points })),
    { maxLength: 8 },
  );
  const shuffled = fc
    .tuple(uneven, uneven)
    .chain(([before, batch]) =>
      fc.tuple(
        fc.constant(before),
        fc.constant(batch),
        fc.shuffledSubarray(batch, { minLength: batch.length }),
      ),
    );
  await fc.assert(
    fc.asyncProperty(shuffled, async ([before, batch, otherwise]) => {
      const results: ReportedSpan[][] = [];
      for (const one of [batch, otherwise]) {
        await store.forgetReported(kind, ['a'], { fromMs: 0, untilMs: 1_000 * hour });
        await store.recordReports([], before, []);
        await store.recordReports([], one, []);
        results.push(await store.reportedSpans(kind));
      }
      assert.deepEqual(results[0], results[1]);
    }),
    { numRuns: casesOf(40) },
  );
});
