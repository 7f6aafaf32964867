import { Counter, Gauge, type Registry } from 'prom-client';

type Awaitable<T> = Promise<T> | T;
type Labels = Readonly<Record<string, string>>;

/** A gauge whose value is read when it is asked for; null: there is none now, and it is left out. */
export function gauge(
  registry: Registry,
  name: string,
  help: string,
  value: () => Awaitable<number | null>,
): void {
  const made: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      const found = await value();
      if (found === null) made.remove();
      else made.set(found);
    },
  });
}

/** The same with a value for each of several labels; those that are not there any more are left out. */
export function gauges(
  registry: Registry,
  {
    name,
    help,
    labels,
  }: { readonly name: string; readonly help: string; readonly labels: readonly string[] },
  rows: () => Awaitable<Iterable<readonly [Labels, number]>>,
): void {
  const made: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    async collect() {
      const found = await rows();
      made.reset();
      for (const [of, value] of found) made.set(of, value);
    },
  });
}

/** A counter that somebody else keeps: read when it is asked for. */
export function readCounter(
  registry: Registry,
  name: string,
  help: string,
  value: () => Awaitable<number>,
): void {
  const made: Counter = new Counter({
    name,
    help,
    registers: [registry],
    async collect() {
      const found = await value();
      made.reset();
      made.inc(found);
    },
  });
}
