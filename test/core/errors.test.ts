import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import ts from 'typescript';
import {
  describeError,
  type ErrorCode,
  errorRegistry,
  suspicions,
  VenfleetError,
} from '../../src/core/errors.ts';

const root = join(import.meta.dirname, '../..');
const codes = Object.keys(errorRegistry) as ErrorCode[];

test('docs/errors.md has every code once, none besides, and says which may be tried again', () => {
  const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(
    /^\| `([A-Z_0-9]+)` \| (.*) \|$/gm,
  );
  const documented = [...rows].map(([, code = '', rest = '']) => ({ code, again: rest.endsWith('| yes') }));
  const expected = codes.map((code) => ({ code, again: errorRegistry[code].retryable as boolean }));
  const byCode = (a: { code: string }, b: { code: string }) => a.code.localeCompare(b.code);
  assert.deepEqual(documented.sort(byCode), expected.sort(byCode));
});

test('docs/errors.md has every suspicion, and the code that it may come to', () => {
  const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(
    /^\| `([a-z-]+)` \| .* \| `([A-Z_]+)` \|$/gm,
  );
  const documented = [...rows].map(([, suspicion, code]) => ({ suspicion, code }));
  assert.deepEqual(
    documented.map(({ suspicion }) => suspicion),
    [...suspicions],
  );
  for (const { code } of documented) assert.ok(codes.includes(code as ErrorCode), String(code));
});

test('messages and hints are filled from the details, once', () => {
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.string(), (code, value) => {
      const { message, hint } = errorRegistry[code];
      const details = Object.fromEntries(placeholders(`${message} ${hint}`).map((name) => [name, value]));
      const error = new VenfleetError(code, details);
      const filled = (text: string) =>
        text
          .split(/\{\w+\}/)
          .map(String)
          .join(value);
      return error.message === filled(message) && error.hint === filled(hint) && error.code === code;
    }),
  );
});

test('a message ends as a sentence, a hint does too, and both fit into one line', () => {
  for (const code of codes) {
    const { message, hint } = errorRegistry[code];
    assert.match(message, /(\.|\{problem\})$/, code);
    assert.match(hint, /\.$/, code);
    assert.ok(!message.includes('\n') && !hint.includes('\n'), code);
  }
});

test('whoever raises an error gives all that its text needs, and every code is raised', () => {
  const raised = new Set<string>();
  for (const file of globSync('src/**/*.ts', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    if (file.startsWith('src/core/errors')) continue;
    for (const [, code = ''] of text.matchAll(/'([A-Z][A-Z_0-9]+)'/g)) raised.add(code);
    for (const { code, given, line } of raisedIn(file, text)) {
      const { message, hint } = errorRegistry[code];
      const missing = placeholders(`${message} ${hint}`).filter((name) => !given.includes(name));
      assert.deepEqual(missing, [], `${file}:${line} raises ${code} without its details`);
    }
  }
  assert.deepEqual(
    codes.filter((code) => !raised.has(code)),
    [],
  );
});

test('any thrown value is described in one line', () => {
  assert.equal(describeError(new Error('a\n  b\r\n c')), 'a b c');
  assert.equal(describeError(new TypeError('')), 'TypeError');
  assert.equal(
    describeError(new AggregateError([new Error('the first'), new Error('b')], 'all')),
    'the first',
  );
  assert.equal(describeError(new AggregateError([], 'none')), 'none');
  assert.equal(describeError('text'), 'text');
  assert.equal(describeError(undefined), 'undefined');
  const anything = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.string().map(Error));
  fc.assert(fc.property(anything, (value) => !describeError(value).includes('\n')));
});

test('the cause and the suspicion are kept, and made up by nobody', () => {
  const cause = new Error('below');
  const suspicion = 'answer-too-large';
  const error = new VenfleetError('DB_MISSING', { path: 'x' }, { cause, suspicion });
  assert.equal(error.cause, cause);
  assert.equal(error.suspicion, suspicion);
  assert.equal('cause' in new VenfleetError('DB_MISSING', { path: 'x' }, { suspicion }), false);
});

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** Where a file says `new VenfleetError('CODE', { … })` with both written out, and the names of the details. */
function raisedIn(file: string, text: string): { code: ErrorCode; given: string[]; line: number }[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: { code: ErrorCode; given: string[]; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression)) return;
    if (node.expression.text !== 'VenfleetError') return;
    const [code, details] = node.arguments ?? [];
    if (!code || !ts.isStringLiteral(code) || (details && !ts.isObjectLiteralExpression(details))) return;
    const given = (details?.properties ?? []).map((property) =>
      property.name && ts.isIdentifier(property.name) ? property.name.text : '',
    );
    const line = source.getLineAndCharacterOfPosition(node.pos).line + 1;
    found.push({ code: code.text as ErrorCode, given, line });
  };
  visit(source);
  return found;
}
