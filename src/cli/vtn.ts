import { once } from 'node:events';
import { VenfleetError } from '../core/errors.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/index.ts';
import type { CommandDefinition } from './command.ts';
import { faultOptions } from './options/fault-options.ts';
import { namesOf } from './options/option-spec.ts';
import { usedServiceLocation } from './options/service-location.ts';
import { print, printJson } from './render/output.ts';
import { some } from './render/text.ts';

const vtnOptions = [
  'port',
  'mqttPort',
  'mqttAuth',
  'profile',
  'token',
  'maxRate',
  ...namesOf(faultOptions),
  'serviceLocation',
  'json',
] as const;

export const vtn: CommandDefinition<(typeof vtnOptions)[number]> = {
  name: 'vtn',
  description:
    'It keeps everything in memory, is strict about every field, and counts what it sees: ' +
    'GET /__simulator/stats. It accepts any bearer token unless --token (or VENFLEET_TOKEN) names one.',
  options: vtnOptions,
  examples: [
    'venfleet vtn --port 8000',
    'venfleet vtn --latency 20 --error-rate 0.05 --drop-rate 0.01',
    'venfleet vtn --profile openadr-3.1 --mqtt-port 1883',
    'venfleet vtn --max-rate 500 --duplicates 409 --set workers=32',
  ],
  async run(context) {
    const { values, signal, log } = context;
    const simulator = await startSimulator({
      port: values.port,
      dialect: values.profile,
      ...(values.token !== undefined && { tokens: [values.token] }),
      latencyMs: values.latency,
      errorRate: values.errorRate,
      maxRate: values.maxRate ?? 0,
      dropRate: values.dropRate,
      duplicates: values.duplicates,
      ...usedServiceLocation(context),
      ...(values.mqttPort !== undefined && {
        mqttPort: values.mqttPort,
        mqttAuthentication: values.mqttAuth,
      }),
      ...switches(values.set ?? []),
    });
    log.info({ url: simulator.url, profile: values.profile }, 'simulator listens');
    const { profile, json } = values;
    const { url, port, mqttUrl } = simulator;
    if (json) printJson({ type: 'listening', profile, url, port, mqttUrl: mqttUrl ?? null });
    else
      print([
        `VTN simulator (${profile}) listening on ${url}`,
        ...(mqttUrl === undefined ? [] : [`Its MQTT broker listening on ${mqttUrl}`]),
      ]);
    if (!signal.aborted) await once(signal, 'abort');
    const { requests, vens, resources } = simulator.stats();
    await simulator.close();
    log.info({ requests, vens, resources }, 'simulator ended');
    if (json) printJson({ type: 'ended', requests, vens, resources });
    else
      print(`${some(requests, 'request')}; holds ${some(vens, 'VEN')} and ${some(resources, 'resource')}.`);
    return 0;
  },
};

/** `workers=32` → `{ workers: 32 }`; the simulator checks names and values. */
function switches(settings: readonly string[]): Partial<SimulatorOptions> {
  const entries = settings.map((setting) => {
    const [, name, value] = /^(\w+)=(.+)$/.exec(setting) ?? [];
    if (name === undefined || value === undefined) {
      throw new VenfleetError('BAD_OPTION', {
        problem: `--set: "${setting}" is not switch=value.`,
        command: 'vtn',
      });
    }
    return [name, jsonOrText(value)] as const;
  });
  return Object.fromEntries(entries);
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
