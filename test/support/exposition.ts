/** A metric as `/metrics` tells it. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** With what a histogram adds: `_bucket`, `_sum`, `_count`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(?:,|$)/gy;

/**
 * Reads the text format of Prometheus, version 0.0.4. Throws where a line is none of it, or a sample has no HELP and TYPE
 * above it.
 */
export function readExposition(text: string): Metric[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const metrics: { name: string; help: string; type: string; samples: Sample[] }[] = [];
  for (const row of text.split('\n')) {
    const [, keyword, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(row) ?? [];
    const last = metrics.at(-1);
    if (row === '') continue;
    if (keyword === 'HELP') metrics.push({ name: about, help: rest, type: '', samples: [] });
    else if (keyword === 'TYPE' && last?.name === about && last.type === '') last.type = rest;
    else {
      const sample = sampleOf(row);
      if (!last || !isOf(last, sample.name)) throw new Error(`nothing tells what it is: ${row}`);
      last.samples.push(sample);
    }
  }
  return metrics;
}

function sampleOf(row: string): Sample {
  const [, name, within = '', value] = line.exec(row) ?? [];
  if (name === undefined || value === undefined) throw new Error(`not a sample: ${row}`);
  const labels = [...within.matchAll(label)];
  if (labels.map(([all]) => all).join('') !== within) throw new Error(`no labels: ${row}`);
  return {
    name,
    labels: Object.fromEntries(labels.map(([, key, text]) => [key, text])),
    value: Number(value),
  };
}

function isOf({ name, type }: Pick<Metric, 'name' | 'type'>, sample: string): boolean {
  return type === 'histogram' ? namesOfHistogram(name).includes(sample) : sample === name;
}

const namesOfHistogram = (name: string) => ['_bucket', '_sum', '_count'].map((end) => name + end);

/** All names by which a query may ask for these. */
export function namesOfSeries(metrics: readonly Metric[]): Set<string> {
  return new Set(metrics.flatMap(({ name, type }) => (type === 'histogram' ? namesOfHistogram(name) : name)));
}

/** What `promtool check metrics` would find fault with, and series that stand there twice. */
export function faultsOf(metrics: readonly Metric[]): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  const once = (what: string) => {
    if (seen.has(what)) faults.push(`${what}: there twice`);
    seen.add(what);
  };
  for (const { name, help, type, samples } of metrics) {
    once(name);
    if (help.trim() === '') faults.push(`${name}: no help`);
    if (!/^(counter|gauge|histogram)$/.test(type)) faults.push(`${name}: type "${type}"`);
    if ((type === 'counter') !== name.endsWith('_total')) faults.push(`${name}: counters end in _total`);
    if (/_(milliseconds|ms|minutes|hours|days|kilobytes|megabytes|percent)(_|$)/.test(name))
      faults.push(`${name}: not in a base unit`);
    if (/_(count|sum|bucket)$/.test(name)) faults.push(`${name}: named like a part of a histogram`);
    if (/[A-Z:]/.test(name)) faults.push(`${name}: not in snake case`);
    if (name.includes(`_${type}`)) faults.push(`${name}: its type is in its name`);
    for (const { name: of, labels, value } of samples) {
      once(`${of}${JSON.stringify(Object.entries(labels).sort())}`);
      if (Number.isNaN(value)) faults.push(`${of}: no number`);
    }
  }
  return faults;
}
