import { profileChoice } from '../api/connect-vtn.ts';
import type { PartState } from '../api/keep/fleet-keeper.ts';
import { createKeeperMetrics } from '../api/metrics/keeper-metrics.ts';
import { type FleetKeeperOptions, type KeeperNote, withFleetKeeper } from '../api/with-fleet-keeper.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { eventWishes, sinkNames } from './events.ts';
import { heading } from './heading.ts';
import { retryWithin } from './options/job.ts';
import { pacingChoice, pacingNames } from './options/pacing.ts';
import { type PageAccess, pageAccess, pageNames } from './options/page-access.ts';
import { vtnAccess, vtnAccessNames } from './options/vtn-access.ts';
import { openPage } from './page.ts';
import { keeperNoteJson, keeperNoteLine } from './render/keeper-notes.ts';
import { print, printJson, tell } from './render/output.ts';
import { createWaitLines } from './render/waits.ts';
import { letHeapGrowSlowly } from './small-heap.ts';
import { tellOfStopping } from './stopping.ts';
import { version } from './version.ts';

export const keptOptions = [
  'db',
  'includeDisabled',
  'reconcileEvery',
  'onDrift',
  'maxRemovals',
  'maxFailures',
  'json',
  ...pacingNames,
  ...pageNames,
] as const;

const serveOptions = [
  ...keptOptions,
  'grace',
  'sink',
  'topic',
  'mqttUser',
  'mqttPasswordFile',
  'signingKeyFile',
  'policy',
  'poll',
  'targetRule',
  'webhookUrl',
  'webhookListen',
  'listenMqtt',
  'keepEvents',
  'meterData',
  'catchUp',
  'replayFrom',
  'speed',
  ...vtnAccessNames,
] as const;

type ServeContext = CommandContext<(typeof serveOptions)[number]>;

export const serve: CommandDefinition<(typeof serveOptions)[number]> = {
  name: 'serve',
  description:
    'One process for years: registers what is pending, compares the VTN with the database from time to time, follows ' +
    'events where --sink says where instructions go, and reports readings as they come due where --meter-data names them. ' +
    'A part that fails is tried again, and disturbs no other. See docs/serve.md.\n\n' +
    'Exit code: 0 it was stopped (SIGTERM, Ctrl-C) and what was in flight is stored, 1 that did not end within 30 s, ' +
    '2 wrong use or a bad environment.',
  options: serveOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet serve --vtn-url http://localhost:8000',
    'venfleet serve --sink mqtt://localhost --meter-data meters.h5',
    'venfleet serve --meter-data meters.h5 --replay-from 2025-06-01 --speed 3600',
    'venfleet serve --on-drift apply --max-removals 50',
    'venfleet serve --host 0.0.0.0 --page-token-file page-token --allow-actions',
  ],
  async run(context) {
    const { values, signal, log } = context;
    const page = pageAccess(context);
    const { sink, meterData, catchUp: catchUpHours, replayFrom, speed } = values;
    const { say } = voiceOf(values.json, sink);
    const options: FleetKeeperOptions = {
      ...vtnAccess(context),
      ...keeping(context),
      retry: retryWithin(values),
      events: sink === undefined ? undefined : eventWishes(context),
      reports: meterData === undefined ? undefined : { meterData, catchUpHours, replayFrom, speed },
      signal,
      log,
    };
    say(heading(values));
    return runKeeper(options, page, context);
  },
};

/** What the options say of how the fleet is kept. */
export function keeping(context: CommandContext<(typeof keptOptions)[number]>) {
  const { values } = context;
  return {
    dbPath: values.db,
    includeDisabled: values.includeDisabled,
    reconcileEverySeconds: values.reconcileEvery,
    onDrift: values.onDrift,
    maxRemovals: values.maxRemovals,
    maxFailures: values.maxFailures,
    pacing: pacingChoice(context),
  };
}

/** Keeps the fleet until it is stopped, and says what happens; `begun`: once it is known that all can begin. Returns the exit code. */
export async function runKeeper(
  options: FleetKeeperOptions,
  page: PageAccess,
  {
    values: { json, db, sink },
    signal,
    log,
  }: Pick<ServeContext, 'signal' | 'log'> & {
    readonly values: {
      readonly json: boolean;
      readonly db: string;
      readonly sink?: readonly string[] | undefined;
    };
  },
  begun: () => Promise<void> = async () => undefined,
): Promise<number> {
  letHeapGrowSlowly();
  const { say, toJson } = voiceOf(json, sink);
  const shown = new Map<string, string>();
  const onNote = (note: KeeperNote) => {
    const value = toJson ? keeperNoteJson(note) : undefined;
    if (value) printJson(value);
    const line = toJson ? undefined : keeperNoteLine(note, shown);
    if (line !== undefined) say(line);
  };
  const untell = tellOfStopping(signal, say);
  const metrics = createKeeperMetrics({
    version,
    sinks: options.events && sinkNames(options.events.sinks),
  });
  const watched: FleetKeeperOptions = {
    ...options,
    events: options.events && { ...options.events, onNews: metrics.onNews },
    onRequest: metrics.onRequest,
    onToken: metrics.onToken,
    onNote(note) {
      metrics.onNote(note);
      onNote(note);
    },
    onAskedToWait: createWaitLines(say),
  };
  const views = {
    ...profileChoice(options),
    dbPath: options.dbPath ?? db,
    meterData: options.reports?.meterData,
  };
  const isReplay = options.reports?.replayFrom !== undefined;
  try {
    await withFleetKeeper(watched, async (keeper) => {
      const opened = await openPage({ ...page, ...{ keeper, views, metrics, isReplay, log } });
      try {
        say(`Page: ${opened.url}`);
        if (toJson) printJson({ type: 'started', page: opened.url });
        for (const part of keeper.state().parts) tellOfPart(part, say, shown);
        await begun();
        await keeper.run();
      } finally {
        await opened.close();
      }
    });
  } finally {
    untell();
  }
  say('Stopped; all that was in flight is stored.');
  return 0;
}

/** How what happens is said: lines, or JSON. Standard output belongs to the instructions, where these go there. */
function voiceOf(json: boolean, sinks: readonly string[] = []) {
  const isTaken = sinks.includes('-');
  const toJson = json && !isTaken;
  const say = (line: string) => (toJson ? undefined : isTaken ? tell(line) : print(line));
  return { toJson, say };
}

function tellOfPart(
  { name, state, problem }: PartState,
  say: (line: string) => void,
  shown: Map<string, string>,
) {
  if (state !== 'off') shown.set(name, 'all is well.');
  say(`  ${name}: ${state === 'off' ? `off. ${problem}` : 'begins'}`);
}
