import { matrixOf, placesOf } from '../matrix.ts';
import { runOf } from '../runs.ts';
import { overview } from '../schemas/overview.ts';
import { runsAnswer, runsQuery } from '../schemas/runs.ts';
import { failures, failuresQuery, matrix, venPlaces } from '../schemas/vens.ts';
import { type App, api, problems, type ServerContext } from '../server-context.ts';
import { sqlTime } from '../sql-time.ts';

const config = { access: 'look' } as const;

/** The fleet as a whole. */
export function fleetRoutes(app: App, context: ServerContext): void {
  const { keeper, views, facts } = context;
  app.get(
    `${api}/overview`,
    { config, schema: { summary: 'Whether all is well', response: { 200: overview, ...problems } } },
    async () => context.overview(await facts.latest()),
  );
  app.get(
    `${api}/matrix`,
    {
      config,
      schema: { summary: 'Counts of loads by VEN and component', response: { 200: matrix, ...problems } },
    },
    async () => matrixOf(await facts.latest()),
  );
  app.get(
    `${api}/vens`,
    { config, schema: { summary: 'Where VENs are', response: { 200: venPlaces, ...problems } } },
    async () => placesOf(await views.venPlaces(), (await facts.latest()).cells),
  );
  app.get(
    `${api}/failures`,
    {
      config,
      schema: {
        summary: 'Why loads are not registered',
        querystring: failuresQuery.strict(),
        response: { 200: failures, ...problems },
      },
    },
    async ({ query: { ven, component } }) => {
      const found = await views.failures({ venName: ven, component });
      return {
        reasons: found.map(({ vens, latest, ...one }) => ({
          ...one,
          vens: vens.length,
          latest: sqlTime(latest),
        })),
      };
    },
  );
  app.get(
    `${api}/runs`,
    {
      config,
      schema: {
        summary: 'What was done to fleet and VTN',
        querystring: runsQuery.strict(),
        response: { 200: runsAnswer, ...problems },
      },
    },
    async ({ query: { before, limit } }) => {
      const found = await views.runs({ before, limit: limit + 1 });
      const runs = found.slice(0, limit);
      const { run } = keeper.state();
      return {
        runs: runs.map((one) => runOf(one, run)),
        next: found.length > limit ? (runs.at(-1)?.runId ?? null) : null,
      };
    },
  );
}
