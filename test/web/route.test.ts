import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hrefOf, hrefOfLink, routeOf, searchOf } from '../../src/web/route.ts';

test('a hash is a view, an id and a query', () => {
  assert.deepEqual(routeOf(''), { view: '', id: undefined, query: {} });
  assert.deepEqual(routeOf('#/'), { view: '', id: undefined, query: {} });
  assert.deepEqual(routeOf('#/loads?state=failed&ven=%C3%85by'), {
    view: 'loads',
    id: undefined,
    query: { state: 'failed', ven: 'Åby' },
  });
});

test('ids of any kind come back as they were', () => {
  for (const id of ['load-1', 'a/b?c=d&e#f %20 100%', '<img src=x onerror=alert(1)>', '..', 'مبنى'])
    assert.deepEqual(routeOf(hrefOf('loads', { id })), { view: 'loads', id, query: {} });
  assert.equal(routeOf('#/loads/100%').id, '100%');
});

test('names of any kind come back from a query', () => {
  for (const ven of ['"><script>', 'a&b=c#d?e', '100 %'])
    assert.deepEqual(routeOf(hrefOf('loads', { query: { ven, q: '', state: undefined } })).query, { ven });
  assert.equal(searchOf({}), '');
});

test('links of the server lead nowhere but to the page', () => {
  assert.equal(hrefOfLink('/loads?state=failed'), '#/loads?state=failed');
  assert.equal(hrefOfLink('javascript:alert(1)'), '#/');
  assert.equal(hrefOfLink('//evil.example'), '#/');
});
