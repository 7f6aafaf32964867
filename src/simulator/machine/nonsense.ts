import type { Dialect, Reply } from './dialect.ts';
import type { NonsenseKind } from './switches.ts';

/** What becomes of an answer: another one, or none. */
export type Spoilt = Reply | 'drop' | 'silence';

const page = '<!doctype html><html><head><title>Welcome</title></head><body>It works!</body></html>';
const hugeLength = 10 * 1024 * 1024;
let huge: string | undefined;

/** Spoils an answer; undefined where this kind of nonsense cannot be made of it (no id to leave out). */
export function spoil(reply: Reply, kind: NonsenseKind, dialect: Dialect): Spoilt | undefined {
  switch (kind) {
    case 'truncated-json':
      return { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) };
    case 'html':
      return { status: reply.status, body: page, contentType: 'text/html' };
    case 'missing-id':
      return withId(reply, () => undefined);
    case 'repeated-id':
      return withId(reply, (id) => dialect.otherResourceId(id) ?? id);
    case 'empty-200':
      return { status: 200, body: '' };
    case 'redirect':
      return { status: 302, body: '', headers: { location: '/login' } };
    case 'huge':
      huge ??= 'x'.repeat(hugeLength);
      return { status: reply.status, body: huge, contentType: 'text/plain' };
    default:
      return kind;
  }
}

function withId(reply: Reply, change: (id: string) => string | undefined): Reply | undefined {
  if (reply.status >= 300) return undefined;
  const value: unknown = JSON.parse(reply.body);
  const objects = (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
  if (!objects.some((one) => typeof one.id === 'string')) return undefined;
  for (const one of objects) one.id = change(String(one.id));
  return { ...reply, body: JSON.stringify(value) };
}
