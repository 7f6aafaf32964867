import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdSequence } from '../../../src/simulator/machine/ids.ts';
import { createKeyIndex } from '../../../src/simulator/machine/key-index.ts';
import { createTextArena } from '../../../src/simulator/machine/text-arena.ts';

test('ids hold their number, look like UUIDs, and are never those of another sequence', () => {
  const ids = createIdSequence();
  const seen = new Set<string>();
  for (const n of [0, 1, 2, 1000, 116_411, 2 ** 31, 2 ** 32 - 2]) {
    const id = ids.idOf(n);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(ids.numberOf(id), n);
    assert.equal(createIdSequence().numberOf(id), undefined);
    seen.add(id);
  }
  assert.equal(seen.size, 7);
  assert.equal(ids.numberOf('nonsense'), undefined);
});

test('texts come back as they went in, however long or strange', () => {
  const arena = createTextArena();
  const long = 'æ'.repeat(2 * 1024 * 1024);
  const kept = [
    ['a', '', 'æøå 😀'],
    [''],
    [long, 'b'],
    ...Array.from({ length: 5000 }, (_, n) => [`${n}`.repeat(99)]),
  ];
  const places = kept.map((parts) => arena.add(parts));
  assert.deepEqual(places.map(arena.get), kept);
  arena.wipe();
  assert.deepEqual(arena.get(arena.add(['new'])), ['new']);
});

test('a key that several share keeps them in order, whichever goes first', () => {
  const index = createKeyIndex(() => 'key');
  for (const n of [1, 2, 3]) index.add(n, 'key');
  index.remove(1, 'key');
  assert.deepEqual([index.first('key'), index.all('key')], [2, [2, 3]]);
  index.remove(3, 'key');
  index.remove(2, 'key');
  assert.deepEqual([index.first('key'), index.all('key')], [undefined, []]);
});

test('keys that by chance look alike inside are kept apart', () => {
  const keys = Array.from({ length: 200_000 }, (_, n) => `key ${n}`);
  const index = createKeyIndex((n) => keys[n] as string);
  for (const [n, key] of keys.entries()) index.add(n, key);
  assert.ok(keys.every((key, n) => index.first(key) === n));
  for (const [n, key] of keys.entries()) if (n % 2) index.remove(n, key);
  assert.ok(keys.every((key, n) => index.all(key).length === (n % 2 ? 0 : 1)));
});
