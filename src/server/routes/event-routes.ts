import { z } from 'zod';
import {
  type EventDetailsView,
  type EventExplanationView,
  type EventsAnswer,
  eventDetails,
  eventExplanation,
  eventsAnswer,
  explainQuery,
  type InstructionsAnswer,
  instructionsAnswer,
  instructionsQuery,
} from '../schemas/events.ts';
import { type App, api, problems, type ServerContext } from '../server-context.ts';
import { writable } from '../writable.ts';

const config = { access: 'look' } as const;
const params = z.object({ eventId: z.string().min(1) });

/** Events, and what followed from each. */
export function eventRoutes(app: App, { views, facts }: ServerContext): void {
  app.get(
    `${api}/events`,
    {
      config,
      schema: { summary: 'Events that are remembered', response: { 200: eventsAnswer, ...problems } },
    },
    async () => writable<EventsAnswer>({ events: (await facts.latest()).events }),
  );
  app.get(
    `${api}/events/:eventId`,
    { config, schema: { summary: 'All of an event', params, response: { 200: eventDetails, ...problems } } },
    async ({ params: { eventId } }) => writable<EventDetailsView>(await views.event(eventId)),
  );
  app.get(
    `${api}/events/:eventId/explain`,
    {
      config,
      schema: {
        summary: 'Which loads an event means, why, and what they are to do when',
        params,
        querystring: explainQuery.strict(),
        response: { 200: eventExplanation, ...problems },
      },
    },
    async ({ params: { eventId }, query: { load } }) =>
      (await views.explain(eventId, load)) as unknown as EventExplanationView,
  );
  app.get(
    `${api}/events/:eventId/instructions`,
    {
      config,
      schema: {
        summary: 'What loads were told for an event, the latest first',
        params,
        querystring: instructionsQuery.strict(),
        response: { 200: instructionsAnswer, ...problems },
      },
    },
    async ({ params: { eventId }, query: { limit } }) =>
      ({ instructions: await views.instructions({ eventId, limit }) }) as unknown as InstructionsAnswer,
  );
}
