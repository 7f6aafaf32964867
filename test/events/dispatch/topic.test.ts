import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultTopic, topicTemplate } from '../../../src/events/dispatch/topic.ts';
import { casesOf } from '../../support/properties.ts';
import { dispatches } from './dispatches.ts';

const load = dispatches(1)[0]?.load;
assert.ok(load);

function topicOf(template: string, fields: Partial<typeof load> = {}): string {
  const found = topicTemplate(template);
  assert.ok(typeof found === 'function', String(found));
  const topic = found({ ...(load as NonNullable<typeof load>), ...fields });
  return 'topic' in topic ? topic.topic : `problem: ${topic.problem}`;
}

test('a template gives each load its topic', () => {
  assert.equal(topicOf(defaultTopic), 'venfleet/Aalborg/res_0/load_1/setpoint');
  assert.equal(topicOf('{resource}'), 'r-0');
  assert.equal(topicOf('x/{load}/100%', { loadId: 'ø' }), 'x/ø/100%');
});

test('what a topic may not have is encoded', () => {
  assert.equal(topicOf('a/{load}', { loadId: '+#/\0%\u0085' }), 'a/%2B%23%2F%00%25%C2%85');
  assert.equal(topicOf('{load}', { loadId: '$SYS' }), '%24SYS');
});

test('a topic that is too long is refused', () => {
  assert.match(topicOf('{load}', { loadId: 'ø'.repeat(40_000) }), /problem: .*65535 bytes/);
});

const refused: [string, RegExp][] = [
  ['a/{vne}/{load}', /\{vne\}/],
  ['a/{load', /brace/],
  ['a/+/{load}', /may have/],
  ['a/#', /may have/],
  ['a\0/{load}', /may have/],
  ['$SYS/{load}', /begins with/],
  ['a/{ven}/{component}', /share/],
  ['a/{site}', /share/],
  ['a', /share/],
  ['', /share/],
  ['{site}-{component}', /without a "\/"/],
];
for (const [template, reason] of refused) {
  test(`the template ${JSON.stringify(template)} is refused`, () => {
    const found = topicTemplate(template);
    assert.ok(typeof found === 'string');
    assert.match(found, reason);
  });
}

test('two names never become one topic, and each is a legal one', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', '+', '#', '/', '%', '2', 'B', 'F', '$', '\0', '\ud800', '-', 'u'),
  });
  fc.assert(
    fc.property(name, name, name, name, (site, component, otherSite, otherComponent) => {
      const one = topicOf('{site}/{component}', { siteId: site, component });
      const other = topicOf('{site}/{component}', { siteId: otherSite, component: otherComponent });
      assert.equal(one === other, site === otherSite && component === otherComponent);
      assert.doesNotMatch(one, /[+#\0]|^\$/);
      assert.equal(one.split('/').length, 2);
      assert.equal(Buffer.from(one).toString(), one);
    }),
    { numRuns: casesOf(1_000) },
  );
});
