import { hash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { leastCompressed, takesGzip } from './compress.ts';
import type { App } from './server-context.ts';

/** Where the page was built: from `src/server` as from `dist/server`. */
export const builtPage = join(import.meta.dirname, '../../dist/web');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};
/** Compressed already. */
const packed = new Set(['.png', '.ico', '.woff2']);

/**
 * Serves the files that are in the folder now, and no path besides: each is read, and compressed well, once. What bears a hash in
 * its name (`assets/`) never changes; all else is asked for anew. Where there is no page, `/` says how to build it.
 */
export function servePage(app: App, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) {
    const text = `The page is not built. In a clone: npm run build:web\nThe API is there: ./api/v1/overview\n`;
    app.get('/', route, (_, reply) => {
      reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(text);
    });
    return;
  }
  for (const found of globSync('**/*', { cwd: folder, withFileTypes: true })) {
    if (!found.isFile()) continue;
    const path = join(found.parentPath, found.name);
    const name = path.slice(join(folder, '/').length).replaceAll('\\', '/');
    const send = sendFile(path, name);
    app.get(`/${name}`, route, send);
    if (name === 'index.html') app.get('/', route, send);
  }
}

const route = { config: { access: 'page' }, schema: { hide: true } } as const;

function sendFile(path: string, name: string) {
  const body = readFileSync(path);
  const extension = extname(path);
  const zipped =
    packed.has(extension) || body.length < leastCompressed ? undefined : gzipSync(body, { level: 9 });
  const etag = `"${hash('sha256', body).slice(0, 32)}"`;
  const caching = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  return (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ 'cache-control': caching, etag, vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    reply.type(types[extension] ?? 'application/octet-stream');
    if (!zipped || !takesGzip(request)) return reply.send(body);
    return reply.header('content-encoding', 'gzip').send(zipped);
  };
}
