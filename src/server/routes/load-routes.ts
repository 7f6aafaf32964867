import { z } from 'zod';
import { VenfleetError } from '../../core/errors.ts';
import { loadDetailsOf, loadLineOf, readingsOf } from '../load-details.ts';
import { type InstructionsAnswer, instructionsAnswer, instructionsQuery } from '../schemas/events.ts';
import { loadDetails, loadsAnswer, loadsQuery, readings, readingsQuery } from '../schemas/loads.ts';
import { type App, api, problems, type ServerContext } from '../server-context.ts';

const config = { access: 'look' } as const;
const params = z.object({ loadId: z.string().min(1) });

/** Loads, and all of each. */
export function loadRoutes(app: App, { views }: ServerContext): void {
  app.get(
    `${api}/loads`,
    {
      config,
      schema: {
        summary: 'Loads by name, id, VEN, component and state',
        querystring: loadsQuery.strict(),
        response: { 200: loadsAnswer, ...problems },
      },
    },
    async ({ query: { q, ven: venName, noVen: withoutVen, ...how } }) => {
      const text = q?.trim() === '' ? undefined : q?.trim();
      const { loads, next } = await views.findLoads({ text, venName, withoutVen, ...how });
      return { loads: loads.map(loadLineOf), next };
    },
  );
  app.get(
    `${api}/loads/:loadId`,
    { config, schema: { summary: 'All of a load', params, response: { 200: loadDetails, ...problems } } },
    async ({ params: { loadId } }) => loadDetailsOf((await views.load(loadId)) ?? unknownLoad(loadId)),
  );
  app.get(
    `${api}/loads/:loadId/readings`,
    {
      config,
      schema: {
        summary: 'Meter data of a load',
        params,
        querystring: readingsQuery.strict(),
        response: { 200: readings, ...problems },
      },
    },
    async ({ params: { loadId }, query: { from, until, points } }) => {
      const found = await views.readings(loadId, { fromMs: msOf(from), untilMs: msOf(until), points });
      return readingsOf(found ?? unknownLoad(loadId));
    },
  );
  app.get(
    `${api}/loads/:loadId/instructions`,
    {
      config,
      schema: {
        summary: 'What a load was told, the latest first',
        params,
        querystring: instructionsQuery.strict(),
        response: { 200: instructionsAnswer, ...problems },
      },
    },
    async ({ params: { loadId }, query: { limit } }) =>
      ({ instructions: await views.instructions({ loadId, limit }) }) as unknown as InstructionsAnswer,
  );
}

const msOf = (time: string | undefined) => (time === undefined ? undefined : Date.parse(time));

function unknownLoad(loadId: string): never {
  throw new VenfleetError('API_UNKNOWN', { what: `load "${loadId}"` });
}
