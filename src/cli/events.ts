import { type FollowEventsOptions, followEvents, type SinkOptions } from '../api/follow-events.ts';
import type { CommandMetrics } from '../api/metrics/command-metrics.ts';
import { VenfleetError } from '../core/errors.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { heading } from './heading.ts';
import { isEndOfWaiting } from './lease.ts';
import { withMetricsPort } from './metrics-port.ts';
import { eventOptions } from './options/event-options.ts';
import { jobOptions, retryWithin } from './options/job.ts';
import { namesOf } from './options/option-spec.ts';
import { pacingNames } from './options/pacing.ts';
import { sinkOptions } from './options/sink-options.ts';
import { readText, vtnAccess, vtnAccessNames } from './options/vtn-access.ts';
import {
  eventsSummaryLine,
  gatherHandOvers,
  handOverLine,
  newsJsonValue,
  newsLine,
} from './render/events-news.ts';
import { print, printJson, tell } from './render/output.ts';
import { createWaitLines } from './render/waits.ts';
import { tellOfStopping } from './stopping.ts';

const eventsOptions = [
  'db',
  ...namesOf(sinkOptions),
  ...namesOf(eventOptions),
  'meterData',
  'grace',
  'wait',
  'json',
  'metricsPort',
  ...pacingNames,
  ...vtnAccessNames,
] as const;

type EventsContext = CommandContext<(typeof eventsOptions)[number]>;

export const events: CommandDefinition<(typeof eventsOptions)[number]> = {
  name: 'events',
  description:
    'Events are read from the VTN and remembered; what each asks is worked out for every load that it means, and handed over ' +
    'at its time. What an earlier run left is taken up first. Ctrl-C ends it; a VTN that is down is waited for.\n\n' +
    'Exit code: 0 all was handed over in time, 1 some of it was late, missed, or (--once) is left, 2 wrong use or a bad environment.',
  options: eventsOptions,
  examples: [
    'VENFLEET_TOKEN=… venfleet events --sink mqtt://localhost',
    'venfleet events --sink instructions.ndjson --policy policy.json',
    'venfleet events --once --sink - --json',
  ],
  async run(context) {
    const { values, signal } = context;
    const { json } = values;
    // Standard output belongs to the instructions, where these go there.
    const isTaken = values.sink?.includes('-') ?? false;
    const say = (line: string) => (json || isTaken ? tell(line) : print(line));
    const options = followOptions(context);
    if (!json) say(heading(values));
    const untell = tellOfStopping(signal, tell);
    const toJson = json && !isTaken;
    const handOvers = gatherHandOvers((together) =>
      toJson ? printJson({ type: 'handed-over', ...together }) : say(handOverLine(together)),
    );
    try {
      const follow = (metrics: CommandMetrics | undefined) =>
        followEvents({
          ...options,
          onAskedToWait: createWaitLines(say),
          onRequest: metrics?.onRequest,
          onToken: metrics?.onToken,
          onNews(news) {
            metrics?.onNews(news);
            if (news.type === 'handed-over') return handOvers.add(news);
            const value = toJson ? newsJsonValue(news) : undefined;
            const line = toJson ? undefined : newsLine(news);
            if (value) printJson(value);
            if (line !== undefined) say(line);
          },
        });
      const summary = await withMetricsPort(context, follow, sinkNames(options.sinks));
      handOvers.flush();
      if (toJson) printJson({ type: 'ended', ...summary });
      else say(eventsSummaryLine(summary));
      const isLeft = values.once && summary.open > 0;
      return isLeft || summary.late + summary.missed > 0 ? 1 : 0;
    } catch (error) {
      if (isEndOfWaiting(error, signal)) return 130;
      throw error;
    } finally {
      handOvers.flush();
      untell();
    }
  },
};

function followOptions(context: EventsContext): FollowEventsOptions {
  const { values } = context;
  return {
    ...vtnAccess(context),
    ...eventWishes(context),
    ...jobOptions(context),
    meterData: values.meterData,
    once: values.once,
    retry: retryWithin(values),
  };
}

/** What the sinks are called, in news and metrics. */
export function sinkNames(sinks: FollowEventsOptions['sinks']): string[] {
  return sinks.map((sink) => ('kind' in sink ? (sink.name ?? sink.kind) : sink.name));
}

type WishContext = CommandContext<
  | ('sink' | 'topic' | 'mqttUser' | 'mqttPasswordFile' | 'signingKeyFile')
  | ('policy' | 'poll' | 'targetRule' | 'webhookUrl' | 'webhookListen' | 'listenMqtt' | 'keepEvents')
>;

/** What the options say of how events are heard of, and where instructions go. Throws BAD_OPTION, EVENT_POLICY, TOKEN_FILE, … */
export function eventWishes(context: WishContext) {
  const {
    policy,
    webhookUrl: publicUrl,
    webhookListen: listen,
    poll,
    targetRule,
    listenMqtt,
    keepEvents,
  } = context.values;
  return {
    sinks: sinksOf(context),
    policy: policy === undefined ? undefined : policyFile(policy),
    pollSeconds: poll,
    targetRule,
    webhook: publicUrl === undefined ? undefined : { publicUrl, listen },
    listenMqtt,
    keepEventsDays: keepEvents,
  };
}

export function policyFile(path: string): object {
  const text = readText(path, 'FILE_UNREADABLE');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new VenfleetError('EVENT_POLICY', { path, problem: 'it is not JSON' }, { cause: error });
  }
  throw new VenfleetError('EVENT_POLICY', { path, problem: 'it is no JSON object' });
}

/** Where `--sink` has instructions go. Throws BAD_OPTION. */
function sinksOf({ values, command }: WishContext): SinkOptions[] {
  const { sink: sinks = [] } = values;
  if (sinks.length === 0) {
    const problem = 'say with --sink where instructions go: mqtt://HOST, http://HOST/PATH, a file, or "-".';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  const counts = new Map<string, number>();
  return sinks.map((where) => {
    const sink = sinkOf(where, { values, command });
    const count = (counts.get(sink.kind) ?? 0) + 1;
    counts.set(sink.kind, count);
    return { ...sink, name: count === 1 ? sink.kind : `${sink.kind}-${count}` };
  });
}

function sinkOf(where: string, { values, command }: Pick<WishContext, 'values' | 'command'>): SinkOptions {
  const { topic, mqttUser: username, mqttPasswordFile, signingKeyFile } = values;
  if (/^(mqtts?|tcp|ssl|wss?):\/\//i.test(where)) {
    const password = mqttPasswordFile === undefined ? undefined : secretFile(mqttPasswordFile, 'password');
    return { kind: 'mqtt', url: where, topic, username, password };
  }
  if (!/^https?:\/\//i.test(where)) return { kind: 'file', path: where };
  if (signingKeyFile === undefined) {
    const problem =
      'name the file of the key that signs instructions to a web address with --signing-key-file.';
    throw new VenfleetError('BAD_OPTION', { problem, command });
  }
  return { kind: 'webhook', url: where, secret: secretFile(signingKeyFile, 'signing key') };
}

function secretFile(path: string, what: string): string {
  const secret = readText(path, 'TOKEN_FILE', what).trim();
  if (secret === '') throw new VenfleetError('TOKEN_FILE', { path, what, problem: 'it is empty' });
  return secret;
}
