import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemDetail } from '../../../src/profiles/openadr/problem-detail.ts';

test('why a VTN refuses: the detail, else the title, on one line; nothing where it says nothing', () => {
  const cases: [body: unknown, says: string | undefined][] = [
    [
      { title: 'Conflict', detail: 'A foreign key\n constraint is violated' },
      'A foreign key constraint is violated',
    ],
    [{ title: 'Conflict', detail: '' }, 'Conflict'],
    [{ error: 'invalid_scope', error_description: 'No such scope' }, 'No such scope'],
    [{ error: 'invalid_scope' }, 'invalid_scope'],
    // Some servers put objects where the documents want a text.
    [
      { title: 'Bad request', detail: [{ path: 'venName', problem: 'too long' }] },
      '[{"path":"venName","problem":"too long"}]',
    ],
    [{}, undefined],
    ['<html>', undefined],
    [undefined, undefined],
  ];
  for (const [body, says] of cases) assert.equal(problemDetail(body), says, JSON.stringify(body));
});
