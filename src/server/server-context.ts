import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { FleetKeeper } from '../api/keep/fleet-keeper.ts';
import type { FleetViews } from '../api/views/fleet-views.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import type { Access } from './access.ts';
import type { FactsReader, FleetFacts } from './fleet-facts.ts';
import type { LiveUpdates } from './live-updates.ts';
import { problemAnswer } from './schemas/common.ts';
import type { Overview } from './schemas/overview.ts';

export type App = FastifyInstance<
  RawServerDefault,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What routes answer from. */
export interface ServerContext {
  readonly keeper: FleetKeeper;
  readonly views: FleetViews;
  readonly facts: FactsReader;
  readonly live: LiveUpdates;
  readonly access: Access;
  /** As of now. `unreadable`: why the facts are no newer. */
  readonly overview: (facts: FleetFacts, unreadable?: string | null) => Overview;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where the API begins. */
export const api = '/api/v1';

/** How every route may fail. */
export const problems = { '4xx': problemAnswer, '5xx': problemAnswer } as const;
