import type { Clock } from '../../core/clock.ts';
import { describeError, VenfleetError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { BrokerOptions } from '../mqtt/connection.ts';
import { createFileSink, createStreamSink } from './file-sink.ts';
import { createMqttSink } from './mqtt-sink.ts';
import type { Sink } from './sink.ts';
import { defaultTopic, topicTemplate } from './topic.ts';
import { createWebhookSink, type WebhookSinkOptions } from './webhook-sink.ts';

/** Where dispatches go. `name`: by which the journal knows it; default: its kind. */
export type SinkOptions =
  | MqttSink
  /** `path` "-": standard output. */
  | { readonly kind: 'file'; readonly name?: string | undefined; readonly path: string }
  | WebhookSink;

interface MqttSink extends Omit<BrokerOptions, 'clock' | 'random'> {
  readonly kind: 'mqtt';
  readonly name?: string | undefined;
  /** Template of the topics, with {ven}, {site}, {component}, {load}, {resource}. Default `defaultTopic`. */
  readonly topic?: string | undefined;
}

interface WebhookSink extends Omit<WebhookSinkOptions, 'name' | 'lateAfterMs'> {
  readonly kind: 'webhook';
  readonly name?: string | undefined;
}

/** What all sinks share. */
export interface SinkSurroundings {
  /** How many milliseconds after its due time a dispatch is called late. Default `defaultLateAfterMs`. */
  readonly lateAfterMs?: number | undefined;
  /** A sink lost its connection, and why (no sentence); or (null) has it. */
  readonly onState?: ((sink: string, problem: string | null) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/**
 * Makes the sinks. Throws EVENT_SINK for the first that can never work; one whose broker or server is merely down is made, and
 * what it is handed fails until that is back.
 */
export async function createSinks(
  all: readonly SinkOptions[],
  surroundings: SinkSurroundings = {},
): Promise<Sink[]> {
  const sinks: Sink[] = [];
  const paths = new Set<string>();
  try {
    for (const options of all) {
      const name = options.name ?? options.kind;
      if (sinks.some((sink) => sink.name === name))
        throw refused(name, 'another one has this name; give each of a kind a name of its own');
      if (options.kind === 'file' && paths.has(options.path))
        throw refused(name, `another one writes to ${options.path}`);
      if (options.kind === 'file') paths.add(options.path);
      sinks.push(createSink(name, options, surroundings));
    }
    return sinks;
  } catch (error) {
    await Promise.all(sinks.map((sink) => sink.close()));
    throw error;
  }
}

function createSink(name: string, options: SinkOptions, surroundings: SinkSurroundings): Sink {
  try {
    const { lateAfterMs } = surroundings;
    if (options.kind === 'mqtt') return mqttSink(name, options, surroundings);
    if (options.kind === 'webhook') {
      if (options.secret === '') throw new Error('the secret that it is signed with is empty');
      return createWebhookSink({ ...options, name, lateAfterMs });
    }
    if (options.path === '') throw new Error('it has no path');
    const { path } = options;
    return path === '-'
      ? createStreamSink({ name, lateAfterMs })
      : createFileSink({ name, path, lateAfterMs });
  } catch (error) {
    const problem = error instanceof VenfleetError ? error.details.problem : undefined;
    throw refused(name, problem === undefined ? describeError(error) : String(problem), error);
  }
}

function mqttSink(name: string, options: MqttSink, { onState, ...surroundings }: SinkSurroundings): Sink {
  const topicOf = topicTemplate(options.topic ?? defaultTopic);
  if (typeof topicOf === 'string') throw new Error(topicOf);
  const told = onState && ((problem: string | null) => onState(name, problem));
  return createMqttSink({ ...options, ...surroundings, name, onState: told }, topicOf);
}

function refused(sink: string, problem: string, cause?: unknown): VenfleetError {
  return new VenfleetError('EVENT_SINK', { sink, problem }, { cause });
}
