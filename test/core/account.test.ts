import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { assertAccounted } from '../../src/core/account.ts';
import { VenfleetError } from '../../src/core/errors.ts';

const account = { of: 'Aalborg', total: 10, done: 4, failed: 3, skipped: 2, alreadyThere: 1 };

test('what adds up is accounted for', () => {
  assertAccounted([]);
  assertAccounted([
    account,
    { ...account, of: 'Aarhus', total: 0, done: 0, failed: 0, skipped: 0, alreadyThere: 0 },
  ]);
});

test('what does not is an error that names how many, and whose; it ends a command with 1', () => {
  const lost = (of: string, total: number) => ({ ...account, of, total });
  assert.throws(
    () => assertAccounted([account, lost('Aarhus', 13), lost('Ærø', 9)]),
    (error: VenfleetError) => {
      assert.equal(error.code, 'LOADS_UNACCOUNTED');
      assert.match(error.message, /^4 loads .*\(3 of Aarhus, -1 of Ærø\)\.$/);
      assert.equal(exitCodeOf(error), 1);
      return true;
    },
  );
  assert.throws(() => assertAccounted('abcdefg'.split('').map((of) => lost(of, 11))), /1 of e, 2 more\)/);
  assert.equal(exitCodeOf(new VenfleetError('DB_MISSING', { path: 'x' })), 2);
});
