import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eachOfListing, type Identified, type Listing, wholeListing } from '../../src/core/whole-listing.ts';
import { casesOf } from '../support/properties.ts';

const resource = (id: string): Identified => ({ id });
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`);

/** A VTN's listing; `between` runs before each page but the first, and may change it. */
function vtn(
  start: string[],
  between: (list: string[], page: number) => string[] | undefined = () => undefined,
) {
  let list = start;
  let pages = 0;
  const fetched: number[] = [];
  return {
    fetched,
    list: () => list,
    async fetchPage(skip: number, limit: number) {
      if (pages > 0) list = between(list, pages) ?? list;
      pages++;
      fetched.push(skip);
      return list.slice(skip, skip + limit).map(resource);
    },
  };
}

type FetchPage = Listing<Identified>['fetchPage'];

async function idsOf(fetchPage: FetchPage, expected = 0): Promise<string[] | string> {
  const { end, items } = await wholeListing({ fetchPage, limit: 50, expected });
  return end === 'whole' ? [...items.keys()].sort() : end;
}

/** What comes item by item, where nobody knows how many there should be. */
async function eachOf(fetchPage: FetchPage, limit = 50): Promise<string[] | string> {
  const ids: string[] = [];
  const items = eachOfListing({ fetchPage, limit });
  for (;;) {
    const { done, value } = await items.next();
    if (done) return value === 'whole' ? ids : value;
    ids.push(value.id);
  }
}

test('lists of any length are read whole, however many were expected', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 400 }), fc.nat({ max: 600 }), async (length, expected) => {
      const ids = numbered(length);
      const { fetchPage } = vtn(ids);
      assert.deepEqual(await idsOf(fetchPage, expected), ids.toSorted());
    }),
    { numRuns: casesOf(200) },
  );
});

test('a page costs one request, with a few shared places and one more at the end', async () => {
  const { fetchPage, fetched } = vtn(numbered(4_700));
  await idsOf(fetchPage, 4_700);
  assert.ok(fetched.length <= 102, String(fetched.length));
});

test('whoever writes meanwhile, nothing that stays is missed: or it is said that it may be', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 60, max: 300 }),
      fc.array(
        fc.record({
          page: fc.integer({ min: 1, max: 8 }),
          at: fc.nat({ max: 299 }),
          remove: fc.nat({ max: 12 }),
          add: fc.nat({ max: 12 }),
        }),
        { maxLength: 4 },
      ),
      fc.boolean(),
      async (length, writes, ahead) => {
        let added = 0;
        const { fetchPage, list } = vtn(numbered(length), (before, page) => {
          const now = writes.filter((write) => write.page === page);
          if (now.length === 0) return undefined;
          const after = [...before];
          for (const { at, remove, add } of now) {
            after.splice(at % after.length, remove, ...Array.from({ length: add }, () => `n${added++}`));
          }
          return after;
        });
        const found = await idsOf(fetchPage, ahead ? length : 0);
        if (typeof found === 'string') return assert.equal(found, 'gaps');
        const stayed = numbered(length).filter((id) => list().includes(id));
        const missing = stayed.filter((id) => !found.includes(id));
        assert.deepEqual(missing, []);
      },
    ),
    { numRuns: casesOf(1_000) },
  );
});

test('a listing that has another order each time is believed once two passes agree', async () => {
  let turn = 0;
  const ids = numbered(55);
  const rotated = () => [...ids.slice(turn % 55), ...ids.slice(0, turn++ % 55)];
  const fetchPage = async (skip: number, limit: number) =>
    rotated()
      .slice(skip, skip + limit)
      .map(resource);
  const found = await idsOf(fetchPage, 55);
  assert.ok(found === 'gaps' || found.length === 55);
});

test('one that shrinks under every pass is given up', async () => {
  const { fetchPage } = vtn(numbered(5_000), (list) => list.slice(10));
  assert.equal(await idsOf(fetchPage, 200), 'gaps');
});

test('a VTN with smaller pages, one that ignores "limit", and one that ignores both', async () => {
  const ids = numbered(137);
  const small = async (skip: number, limit: number) =>
    ids.slice(skip, skip + Math.min(limit, 20)).map(resource);
  assert.deepEqual(await idsOf(small, 137), ids.toSorted());
  const unlimited = async (skip: number) => ids.slice(skip).map(resource);
  assert.deepEqual(await idsOf(unlimited, 137), ids.toSorted());
  const whole = async () => ids.map(resource);
  assert.deepEqual(await idsOf(whole, 137), ids.toSorted());
  const stuck = async () => ids.slice(0, 50).map(resource);
  assert.equal(await idsOf(stuck, 137), 'no-end');
});

test('an aborted listing says nothing', async () => {
  assert.equal(await idsOf(async () => undefined), 'stopped');
});

test('pages from which the VTN leaves out what the token may not see are no end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 400 }),
      fc.uniqueArray(fc.nat({ max: 400 }), { maxLength: 12 }),
      async (length, hidden) => {
        const ids = numbered(length);
        const isSeen = (id: string) => !hidden.includes(Number(id.slice(1)));
        const fetchPage = async (skip: number, limit: number) =>
          ids
            .slice(skip, skip + limit)
            .filter(isSeen)
            .map(resource);
        assert.deepEqual(await idsOf(fetchPage, length), ids.filter(isSeen).toSorted());
      },
    ),
    { numRuns: casesOf(200) },
  );
});

test('a page of which the token may see nothing is no end where more is expected', async () => {
  for (const [from, to] of [
    [0, 120],
    [40, 90],
    [47, 300],
    [3, 60],
  ] as const) {
    const ids = numbered(507);
    const isSeen = (_: string, index: number) => index < from || index >= to;
    const fetchPage = async (skip: number, limit: number) =>
      ids
        .map((id, index) => ({ id, isSeen: isSeen(id, index) }))
        .slice(skip, skip + limit)
        .filter((item) => item.isSeen)
        .map(({ id }) => resource(id));
    assert.deepEqual(await idsOf(fetchPage, 507), ids.filter(isSeen).toSorted(), `${from} to ${to}`);
  }
});

test('pages that are all short, and one that brings nothing new between others, are read to the end', async () => {
  const ids = numbered(400);
  const everyTenth = (id: string) => Number(id.slice(1)) % 10 === 9 || Number(id.slice(1)) > 300;
  const fetchPage = async (skip: number, limit: number) =>
    ids
      .slice(skip, skip + limit)
      .filter(everyTenth)
      .map(resource);
  assert.deepEqual(await idsOf(fetchPage, 0), ids.filter(everyTenth).toSorted());
  const hidden = (id: string) => Number(id.slice(1)) < 48 || Number(id.slice(1)) > 97;
  const behind = async (skip: number, limit: number) =>
    ids
      .slice(skip, skip + limit)
      .filter(hidden)
      .map(resource);
  assert.deepEqual(await idsOf(behind, 0), ids.filter(hidden).toSorted());
});

test('a VTN that lost all is asked for little more than one page', async () => {
  const { fetchPage, fetched } = vtn([]);
  assert.deepEqual(await idsOf(fetchPage, 60_000), []);
  assert.ok(fetched.length <= 12, String(fetched.length));
});

test('what is expected is asked for at once, what is not is asked for as it is needed', async () => {
  const { fetchPage } = vtn(numbered(300));
  let underWay = 0;
  let most = 0;
  const slow: FetchPage = async (skip, limit) => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 1));
    underWay--;
    return fetchPage(skip, limit);
  };
  await idsOf(slow, 300);
  assert.equal(most, 6);
  most = 0;
  await eachOf(slow);
  assert.equal(most, 1);
});

test('one by one: nothing comes twice, and nothing that stays is missed, whoever writes meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(1, 5, 20, 50),
      fc.array(
        fc.record({
          page: fc.integer({ min: 1, max: 8 }),
          at: fc.nat({ max: 299 }),
          remove: fc.nat({ max: 12 }),
          add: fc.nat({ max: 12 }),
        }),
        { maxLength: 4 },
      ),
      async (length, limit, writes) => {
        let added = 0;
        const { fetchPage, list } = vtn(numbered(length), (before, page) => {
          const after = [...before];
          for (const { at, remove, add } of writes.filter((write) => write.page === page)) {
            after.splice(
              at % (after.length + 1),
              remove,
              ...Array.from({ length: add }, () => `n${added++}`),
            );
          }
          return after;
        });
        const found = await eachOf(fetchPage, limit);
        if (typeof found === 'string') return assert.equal(found, 'gaps');
        assert.equal(new Set(found).size, found.length);
        const missing = numbered(length).filter((id) => list().includes(id) && !found.includes(id));
        assert.deepEqual(missing, []);
      },
    ),
    { numRuns: casesOf(500) },
  );
});

test('one by one: pages of any length are read whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 300 }),
      fc.array(fc.integer({ min: 20, max: 50 }), { minLength: 1, maxLength: 9 }),
      async (length, sizes) => {
        const ids = numbered(length);
        let page = 0;
        const fetchPage: FetchPage = async (skip) =>
          ids.slice(skip, skip + (sizes[page++ % sizes.length] as number)).map(resource);
        assert.deepEqual(await eachOf(fetchPage), ids);
      },
    ),
    { numRuns: casesOf(200) },
  );
});

test('pages that share their places in another order do not join: the listing is read again', async () => {
  const ids = numbered(60);
  // From the second page on r3 and r5 stand behind, and r58 and r59 before it, where nobody looks again.
  const moved = ids.filter((id) => !['r3', 'r5', 'r58', 'r59'].includes(id));
  moved.splice(5, 0, 'r58', 'r59');
  moved.splice(47, 0, 'r5', 'r3');
  const listing = (): FetchPage => {
    let pages = 0;
    return async (skip, limit) => (pages++ === 0 ? ids : moved).slice(skip, skip + limit).map(resource);
  };
  assert.deepEqual(await idsOf(listing(), 60), ids.toSorted());
  assert.deepEqual(((await eachOf(listing())) as string[]).toSorted(), ids.toSorted());
});
