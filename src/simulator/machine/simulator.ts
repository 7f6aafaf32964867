import type { HeldPoints, HeldResource } from './dialect.ts';
import type { ScriptedAnswer } from './faults.ts';
import type { SimulatorClient } from './settings.ts';
import type { SimulatorStats } from './stats.ts';
import type { NonsenseKind, SimulatorSwitches } from './switches.ts';

/** A VTN in memory that is listening. Everything here is also offered over HTTP under `/__simulator/`. */
export interface Simulator {
  /** The VTN's base URL, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Of its MQTT broker, where it has one. */
  readonly mqttUrl: string | undefined;
  stats(): SimulatorStats;
  /** What it holds, in the order in which it was stored. */
  resources(): Iterable<HeldResource>;
  /** What it was told of each series of readings: see `docs/simulator.md`. */
  points(): Iterable<HeldPoints>;
  /** What else it holds and what it was told, by the name of the page that shows it: see `docs/simulator.md`. */
  pages(): Readonly<Record<string, () => Iterable<object>>>;
  switches(): Readonly<SimulatorSwitches>;
  /** Changes switches from now on: capacity, latency, faults. Throws BAD_OPTION, and then changes none. */
  set(changes: Partial<SimulatorSwitches>): void;
  /** Carries nothing out for `ms` milliseconds; requests wait. */
  stall(ms: number): void;
  /** The next `count` requests get this answer; with `kind` (`POST /resources`) only requests of that kind. */
  answerNext(count: number, what: NonsenseKind | ScriptedAnswer, kind?: string): void;
  /** Lets a further client fetch tokens. From then on only tokens that were given out are accepted. */
  addClient(client: SimulatorClient): void;
  /** A token for a known client that lives `lifetimeS` seconds; below 0 it has expired. Throws BAD_OPTION. */
  tokenFor(clientId: string, lifetimeS: number): string;
  /** Counters to zero, switches as at the start, scripted answers forgotten. What is stored stays. */
  reset(): void;
  /** Forgets all that is stored, as a VTN whose database was lost. Ids are never given out again. */
  wipe(): void;
  /** Forgets all events at once, and tells nobody. */
  loseEvents(): void;
  /** Cuts off all that are connected to its MQTT broker. */
  dropMqttClients(): void;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}
