import { z } from 'zod';
import { unlessAborted } from '../../core/unless-aborted.ts';
import { alive, ready } from '../schemas/health.ts';
import { type App, api, problems, type ServerContext } from '../server-context.ts';

/** What machines ask: whether the process lives, and its numbers. */
export interface Operation {
  readonly metrics?: (() => Promise<{ readonly contentType: string; readonly body: string }>) | undefined;
  readonly isClosing: () => boolean;
}

/** A database that does not answer a question so simple for so long cannot be read. */
const readableWithinMs = 5_000;

export function operationRoutes(app: App, context: ServerContext, { metrics, isClosing }: Operation): void {
  app.get(
    '/healthz',
    {
      config: { access: 'open', rateLimit: false },
      schema: { summary: 'Whether the process lives', response: { 200: alive } },
    },
    async () => ({ alive: true as const }),
  );
  app.get(
    '/readyz',
    {
      config: { access: 'open' },
      schema: { summary: 'Whether requests can be answered', response: { 200: ready, 503: ready } },
    },
    async (_, reply) => {
      const problem = isClosing() ? 'closing' : await databaseProblem(context);
      return reply.code(problem === null ? 200 : 503).send({ ready: problem === null, problem });
    },
  );
  if (metrics) {
    const text = { description: 'Text for Prometheus.', content: { 'text/plain': { schema: z.string() } } };
    app.get(
      '/metrics',
      {
        config: { access: 'look' },
        schema: { summary: 'Numbers for Prometheus', response: { 200: text, ...problems } },
      },
      async (_, reply) => {
        const { contentType, body } = await metrics();
        return reply
          .header('content-type', contentType)
          .serializer((text: string) => text)
          .send(body);
      },
    );
  }
  app.get(
    `${api}/openapi.json`,
    {
      config: { access: 'look' },
      schema: { summary: 'This API', response: { 200: z.looseObject({}), ...problems } },
    },
    async () => app.swagger() as unknown as Record<string, unknown>,
  );
}

/** Null: it can be read. A part that is degraded is no reason not to be ready: the page is what shows it. */
async function databaseProblem({ views, clock }: ServerContext): Promise<string | null> {
  const waited = new AbortController();
  clock.sleep(readableWithinMs, waited.signal).then(() => waited.abort());
  try {
    const mark = await unlessAborted(views.mark(), waited.signal);
    return mark === undefined ? 'the database does not answer' : null;
  } catch {
    return 'the database cannot be read';
  } finally {
    waited.abort();
  }
}
