import type { Handlers } from '../machine/collection.ts';
import type { Dialect, Handler, Reply } from '../machine/dialect.ts';
import type { MqttBroker } from '../machine/mqtt-broker.ts';
import { createRouter, type RouteTable } from '../machine/router.ts';
import type { Auth } from '../machine/tokens.ts';
import { countWord } from '../points/count-word.ts';
import type { ObjectCollection, Objects } from './objects.ts';
import { problem } from './problem.ts';
import type { Stored } from './stored-objects.ts';
import type { Vtn } from './vtn.ts';

const writesReport = new Set(['POST /reports', 'PUT /reports/{id}']);

/** Puts an OpenADR VTN together; `more` has the paths that are no collections. */
export function openAdrDialect(
  { fleet, reports, notices, webhooks }: Vtn,
  objects: Objects,
  collections: Readonly<Record<string, Handlers>>,
  more: RouteTable,
  broker?: MqttBroker,
): Dialect {
  webhooks.serve(objects.subscriptions.slots);
  const table: Record<string, RouteTable[string]> = { '/health': { GET: health }, ...more };
  const whole = Object.entries(objects).map(([kind, { handlers }]) => [`/${kind}`, handlers] as const);
  for (const [path, { list, add, get, edit, remove }] of [...Object.entries(collections), ...whole]) {
    table[path] = { GET: list, POST: add };
    table[`${path}/{id}`] = { GET: get, PUT: edit, DELETE: remove };
  }
  return {
    route: createRouter(table, (status) =>
      status === 405 ? problem(405, 'See allow headers for allowed methods') : problem(status),
    ),
    problem,
    ...fleet.dialect,
    counts: () => ({
      ...fleet.dialect.counts(),
      programs: objects.programs.slots.size,
      events: objects.events.slots.size,
      points: reports.total(),
    }),
    pages: {
      ...Object.fromEntries(Object.entries(objects).map(([kind, { lines }]) => [kind, lines])),
      deliveries: webhooks.latest,
    },
    notifications: () => ({
      webhooks: webhooks.counts(),
      mqtt: broker?.counts() ?? { published: 0, clients: 0, refused: 0 },
      ...notices.counts(),
    }),
    pointsIn: (kind, call) => (writesReport.has(kind) ? countWord(call.content(), '"values"') : 0),
    points: () => reports.points(stored(objects.reports)),
    wipe() {
      fleet.dialect.wipe();
      for (const { wipe } of Object.values(objects)) wipe();
    },
    loseEvents: objects.events.wipe,
    dropMqttClients: broker?.drop,
    close: webhooks.close,
  };
}

function* stored({ slots }: ObjectCollection): Iterable<Stored> {
  for (const n of slots.numbers()) yield slots.get(n) as Stored;
}

function health(): Reply {
  return { status: 200, body: 'OK', contentType: 'text/plain; charset=utf-8' };
}

/** The token endpoint: what is wrong with its form is told as a `problem`, the rest as OAuth has it. */
export function tokenEndpoint(auth: Auth, challenge: string): Handler {
  return (call) => {
    const reply = auth.issue(call);
    if (reply.status === 401) return { ...reply, headers: { 'www-authenticate': challenge } };
    const formIsWrong =
      reply.status === 415 || new URLSearchParams(call.text()).getAll('grant_type').length !== 1;
    if (reply.status < 400 || !formIsWrong) return reply;
    const detail = 'Form requests must have `Content-Type: application/x-www-form-urlencoded`';
    return problem(reply.status, reply.status === 415 ? detail : 'Failed to deserialize form');
  };
}
