import { z } from 'zod';
import { describeError, VenfleetError } from '../../core/errors.ts';
import { planOf } from '../plans.ts';
import { actionScope, applyRequest, begun, changed, planAnswer, suspendRequest } from '../schemas/actions.ts';
import { type App, api, problems, type ServerContext } from '../server-context.ts';

const config = { access: 'act' } as const;
const accepted = { 202: begun, ...problems } as const;
const nothing = z.strictObject({}).nullish();

/** What a person may have done; `--allow-actions` alone makes them work. */
export function actionRoutes(app: App, { keeper, log }: ServerContext): void {
  app.get(
    `${api}/actions/plan`,
    {
      config: { access: 'look' },
      schema: { summary: 'The last plan that was made', response: { 200: planAnswer, ...problems } },
    },
    async () => {
      const plan = keeper.lastPlan();
      return { plan: plan ? planOf(plan) : null };
    },
  );
  app.post(
    `${api}/actions/register`,
    { config, schema: { summary: 'Register what is pending or failed', body: nothing, response: accepted } },
    async ({ id }, reply) => {
      log.info({ requestId: id }, 'a person asked to register');
      keeper.register();
      return reply.code(202).send({ accepted: true });
    },
  );
  app.post(
    `${api}/actions/plan`,
    { config, schema: { summary: 'Compare fleet and VTN', body: nothing, response: accepted } },
    async ({ id }, reply) => {
      log.info({ requestId: id }, 'a person asked for a plan');
      // It takes as long as the VTN takes to be listed: its run tells the end.
      keeper
        .plan()
        .catch((error) => log.warn({ requestId: id, problem: describeError(error) }, 'the plan failed'));
      return reply.code(202).send({ accepted: true });
    },
  );
  app.post(
    `${api}/actions/apply`,
    { config, schema: { summary: 'Carry out the last plan', body: applyRequest, response: accepted } },
    async ({ id, body }, reply) => {
      if (keeper.lastPlan()?.planId !== body.planId)
        throw new VenfleetError('API_CONFLICT', {
          problem: `Plan ${body.planId} is not the last one any more`,
        });
      log.info({ requestId: id, ...body }, 'a person asked to apply a plan');
      keeper.apply(body);
      return reply.code(202).send({ accepted: true });
    },
  );
  suspension(app, { keeper, log });
}

function suspension(app: App, { keeper, log }: Pick<ServerContext, 'keeper' | 'log'>): void {
  const response = { 200: changed, ...problems } as const;
  app.post(
    `${api}/actions/suspend`,
    { config, schema: { summary: 'Suspend loads or VENs', body: suspendRequest, response } },
    async ({ id, body }) => {
      const done = await keeper.suspend(body);
      log.info({ requestId: id, ...named(body), ...done }, 'a person suspended loads');
      return done;
    },
  );
  app.post(
    `${api}/actions/resume`,
    { config, schema: { summary: 'Resume loads or VENs', body: actionScope, response } },
    async ({ id, body }) => {
      const done = await keeper.resume(body);
      log.info({ requestId: id, ...named(body), ...done }, 'a person resumed loads');
      return done;
    },
  );
}

const named = ({ vens = [], loadIds = [] }: z.infer<typeof actionScope>) => ({
  namedVens: vens.length,
  namedLoads: loadIds.length,
});
