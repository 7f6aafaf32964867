import { z } from 'zod';
import { VenfleetError } from '../../core/errors.ts';
import { securityHeaders } from '../security-headers.ts';
import { type App, api, problems, type ServerContext } from '../server-context.ts';

const stream = {
  description: 'Server-sent events `overview`, `matrix` and `events`: all at first, then what changes.',
  content: { 'text/event-stream': { schema: z.string() } },
};

/** What changes, as it changes. */
export function liveRoutes(app: App, { live, access }: ServerContext): void {
  app.route({
    method: 'GET',
    url: `${api}/live`,
    exposeHeadRoute: false,
    config: { access: 'look' },
    schema: { summary: 'Live updates', response: { 200: stream, ...problems } },
    handler: (request, reply) => {
      if (live.isFull())
        throw new VenfleetError('API_UNAVAILABLE', { problem: 'Too many people look at the page' });
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...securityHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        // Of nginx: it would gather messages.
        'x-accel-buffering': 'no',
        'x-request-id': request.id,
      });
      raw.write('retry: 3000\n\n');
      live.join(raw, () => access.mayLook(request));
    },
  });
}
