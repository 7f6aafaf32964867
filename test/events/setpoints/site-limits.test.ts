import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LoadCapacities } from '../../../src/events/setpoints/instruction.ts';
import { defaultPolicy, type EventPolicy } from '../../../src/events/setpoints/policy.ts';
import {
  type SharedLimit,
  shareOfExport,
  shareOfImport,
  usualParts,
} from '../../../src/events/setpoints/site-limits.ts';
import { usualComponents } from '../../../src/fleet/components.ts';
import { casesOf } from '../../support/properties.ts';
import { loadOf, medium, unknown } from './loads.ts';

/** What each component of a site may take; `free`: it is not limited. */
function shared(
  share: typeof shareOfImport,
  limitKw: number,
  capacities: LoadCapacities = medium,
  policy: EventPolicy = defaultPolicy,
  out: readonly string[] = [],
) {
  const of = (component: string): SharedLimit =>
    share(limitKw, loadOf(component, { capacities }), policy, out);
  return {
    limits: usualComponents.map((component) => of(component).limitKw ?? 'free').join(' '),
    reasons: usualComponents.map((component) => of(component).reason),
  };
}

describe('a limit of what a site takes', () => {
  test('is taken from one component after the other, never from the base load', () => {
    const limits = (limitKw: number) => shared(shareOfImport, limitKw).limits;
    assert.equal(limits(50), 'free free free free free free');
    assert.equal(limits(49), 'free 9 12.5 12.5 5 5');
    assert.equal(limits(40), 'free 0 12.5 12.5 5 5');
    assert.equal(limits(35), 'free 0 7.5 12.5 5 5');
    assert.equal(limits(20), 'free 0 0 10 5 0');
    assert.equal(limits(5), 'free 0 0 0 0 0');
    assert.equal(limits(0), 'free 0 0 0 0 0');
  });

  test('that cannot be met says so, to each', () => {
    const [base, water] = shared(shareOfImport, 3).reasons;
    const notMet = 'of 3 kW for the site, which will be above it by up to 2 kW that nobody gives';
    assert.equal(base, `not limited, counted with 5 kW ${notMet}`);
    assert.equal(water, `its part ${notMet}`);
    assert.ok(!shared(shareOfImport, 5).reasons.join().includes('above it'));
  });

  test('is made up for by those that take part', () => {
    const policy = { ...defaultPolicy, components: ['load_0', 'load_2', 'load_3', 'load_4', 'load_5'] };
    assert.equal(shared(shareOfImport, 40, medium, policy).limits, 'free free 2.5 12.5 5 5');
    assert.equal(shared(shareOfImport, 40, medium, policy, ['load_2']).limits, 'free free free 7.5 5 0');
  });

  test('leaves each its part of the least power', () => {
    assert.equal(shared(shareOfImport, 40, { ...medium, minKw: 20 }).limits, 'free 4 8.5 12.5 5 5');
  });

  test('is shared out itself where the power of the site is not known', () => {
    assert.equal(shared(shareOfImport, 10, unknown).limits, 'free 2 2.5 2.5 1 1');
  });
});

describe('a limit of what a site feeds in', () => {
  test('is shared among those that take part', () => {
    assert.equal(shared(shareOfExport, 10).limits, '1 2 2.5 2.5 1 1');
    assert.equal(shared(shareOfExport, 10, unknown).limits, '1 2 2.5 2.5 1 1');
    const policy = { ...defaultPolicy, components: ['load_2', 'load_3'] };
    assert.equal(shared(shareOfExport, 12, medium, policy).limits, 'free free 1 1 free free');
    const { limits, reasons } = shared(shareOfExport, 4, medium, policy);
    assert.equal(limits, 'free free 0 0 free free');
    const notMet = 'of 4 kW for the site, which will be above it by up to 6 kW that nobody gives';
    assert.deepEqual(reasons.slice(1, 3), [`not limited, counted with 4 kW ${notMet}`, `its part ${notMet}`]);
  });

  test('is none where the site cannot feed in so much, or nothing', () => {
    const { limits, reasons } = shared(shareOfExport, 20);
    assert.equal(limits, 'free free free free free free');
    assert.equal(reasons[0], 'the site cannot feed in more than 20 kW, which is allowed');
    const none = shared(shareOfExport, 5, { ...medium, minKw: 0 });
    assert.equal(none.limits, 'free free free free free free');
    assert.equal(none.reasons[0], 'the site cannot feed in');
  });
});

test('the usual parts add up to the whole, whatever is behind the meter', () => {
  const parts = (component: string, siteComponents: string[]) =>
    Object.fromEntries(usualParts({ component, siteComponents }, defaultPolicy));
  assert.deepEqual(parts('load_2', ['load_2']), { load_2: 1 });
  assert.deepEqual(parts('ev', ['ev', 'load_0', 'ev']), { ev: 0.5, load_0: 0.5 });
  assert.deepEqual(parts('constructor', []), { constructor: 1 });
});

const component = fc.constantFrom(...usualComponents, 'ev', 'pv', 'constructor');
const components = fc.uniqueArray(component, { minLength: 1 });
const kw = fc.double({ min: 0, max: 1000, noNaN: true });
const site = fc.record({
  siteComponents: components,
  limitKw: kw,
  max: fc.option(kw, { nil: undefined }),
  min: fc.option(fc.double({ min: -1000, max: 1000, noNaN: true }), { nil: undefined }),
  out: fc.uniqueArray(component),
  policy: fc
    .record({
      components: fc.option(components),
      curtailmentOrder: fc.uniqueArray(component),
      shares: fc.array(fc.tuple(component, fc.double({ min: 0.01, max: 1, noNaN: true }))),
    })
    .map(({ shares, ...policy }) => ({
      ...defaultPolicy,
      ...policy,
      powerShares: new Map([...defaultPolicy.powerShares, ...shares]),
    })),
});

for (const [name, share] of Object.entries({ shareOfImport, shareOfExport })) {
  test(`${name}: all together never exceed the site's limit, unless the reasons of all say so`, () => {
    fc.assert(
      fc.property(site, ({ siteComponents, limitKw, max, min, out, policy }) => {
        const minKw = max !== undefined && min !== undefined ? Math.min(min, max) : min;
        const capacities = { ...unknown, maxKw: max, minKw };
        const load = (one: string) => ({ component: one, siteComponents, capacities });
        const results = siteComponents.map((one) => share(limitKw, load(one), policy, out));
        const reasons = results.map(({ reason }) => reason);
        const said = (words: string) => {
          const those = reasons.filter((reason) => reason.includes(words)).length;
          assert.ok(those === 0 || those === reasons.length, reasons.join('\n'));
          return those > 0;
        };
        if (said('the site cannot')) return;
        const siteKw = name === 'shareOfImport' ? max : minKw && -minKw;
        const parts = usualParts(load(siteComponents[0] as string), policy);
        // Who is not limited is counted with what it usually has.
        const usual = (one: string) => (parts.get(one) ?? 0) * (siteKw ?? limitKw);
        const sum = siteComponents.reduce(
          (total, one, at) => total + (results[at]?.limitKw ?? usual(one)),
          0,
        );
        assert.equal(said('above it'), sum > limitKw + 1e-6, `${sum} of ${limitKw}\n${reasons.join('\n')}`);
        for (const [at, { limitKw: own }] of results.entries()) {
          const one = siteComponents[at] as string;
          if (own === undefined) continue;
          assert.ok(own >= 0 && own <= usual(one) + 1e-6);
          assert.ok(!out.includes(one) && (policy.components?.includes(one) ?? true));
          if (name === 'shareOfImport') assert.ok(policy.curtailmentOrder.includes(one));
        }
      }),
      { numRuns: casesOf(500) },
    );
  });

  test(`${name}: a lower limit of the site gives no load more`, () => {
    fc.assert(
      fc.property(site, kw, component, ({ siteComponents, limitKw, max, out, policy }, other, one) => {
        const capacities = { ...unknown, maxKw: max, minKw: -20 };
        const load = { component: one, siteComponents, capacities };
        const limit = (kw: number) => share(kw, load, policy, out).limitKw ?? Number.POSITIVE_INFINITY;
        const [low, high] = [Math.min(limitKw, other), Math.max(limitKw, other)];
        assert.ok(limit(low) <= limit(high));
      }),
    );
  });
}
