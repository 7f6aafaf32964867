import type { DailyTimes } from './daily-times.ts';

/** What part of its usual power a load may take at SIMPLE level 0, 1, 2 and 3; 1: all it likes. */
export type LevelParts = readonly [number, number, number, number];

/** Who does not take part, and when. What is given must all be so; of a list, one entry. At least one of them is given. */
export interface OptOut {
  readonly vens: readonly string[] | undefined;
  /** By `resource_id`. */
  readonly sites: readonly string[] | undefined;
  /** By `load_id`. */
  readonly loads: readonly string[] | undefined;
  readonly components: readonly string[] | undefined;
  /** Undefined: always. */
  readonly times: readonly DailyTimes[] | undefined;
  /** As people should read it, no sentence. */
  readonly reason: string | undefined;
}

/** What an operator has decided about how loads follow events. See `docs/event-policy.md`. */
export interface EventPolicy {
  /** The components that take part; null: all. */
  readonly components: readonly string[] | null;
  readonly optOuts: readonly OptOut[];
  /** By component; `*`: all others. */
  readonly levels: ReadonlyMap<string, LevelParts>;
  /**
   * What part of its site's power a component usually has, by component; `*`: all others. Only how they are to one another
   * counts: see `usualParts`.
   */
  readonly powerShares: ReadonlyMap<string, number>;
  /** Which components give way to a limit of their site, the first one first. Those that it has not never do. */
  readonly curtailmentOrder: readonly string[];
  /** Kinds of payload on which nobody acts. */
  readonly ignoredPayloads: readonly string[];
}

/** Stands for the components that have no entry of their own. */
export const others = '*';

/**
 * What holds where a policy says nothing: all take part; what can store heat gives way first, what people see last, and
 * the base load never. The shares are about those of the greatest power that such loads draw in a year.
 */
export const defaultPolicy: EventPolicy = {
  components: null,
  optOuts: [],
  levels: new Map<string, LevelParts>([
    ['load_0', [1, 1, 1, 1]],
    ['load_1', [1, 0.5, 0.2, 0]],
    ['load_2', [1, 0.7, 0.4, 0]],
    ['load_3', [1, 0.9, 0.6, 0.3]],
    ['load_4', [1, 0.9, 0.7, 0.5]],
    ['load_5', [1, 0.7, 0.4, 0]],
    [others, [1, 0.7, 0.4, 0]],
  ]),
  powerShares: new Map([
    ['load_0', 0.1],
    ['load_1', 0.2],
    ['load_2', 0.25],
    ['load_3', 0.25],
    ['load_4', 0.1],
    ['load_5', 0.1],
    [others, 0.1],
  ]),
  curtailmentOrder: ['load_1', 'load_2', 'load_5', 'load_3', 'load_4'],
  ignoredPayloads: [],
};

/** What a table of a policy has for a component. */
export function entryOf<T>(table: ReadonlyMap<string, T>, component: string): T {
  return table.get(component) ?? (table.get(others) as T);
}

/** The names in a policy that should be in the fleet: one that is not there does nothing, and is likely misspelt. */
export function namesInPolicy(policy: EventPolicy): {
  readonly vens: readonly string[];
  readonly sites: readonly string[];
  readonly loads: readonly string[];
  readonly components: readonly string[];
} {
  const named = (kind: 'vens' | 'sites' | 'loads' | 'components') => [
    ...new Set(policy.optOuts.flatMap((optOut) => optOut[kind] ?? [])),
  ];
  const components = [...new Set([...(policy.components ?? []), ...named('components')])];
  return { vens: named('vens'), sites: named('sites'), loads: named('loads'), components };
}
