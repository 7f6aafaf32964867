/** A number in decimal notation, kept as the text it has in the database: `50.0` stays `50.0`. */
export type NumberText = string;

export interface Problem {
  readonly ok: false;
  readonly problem: string;
}

/** A capacity as stored: its value's text; `isText`: it is no number there, though it may look like one. */
export type Capacity = readonly [name: string, value: string, isText?: true];

type Entries = readonly Capacity[];

/** The capacities that must be numbers: power in kW, energy in kWh. */
const numericCapacities = new Set(['P_max_kw', 'P_min_kw', 'E_max_kwh', 'E_min_kwh']);

/**
 * Reads `resources.capacities`, a JSON object, keeping each value's own text. Null values are absent.
 * Refuses what cannot be: values that are lists or objects, a usual capacity that is no number, a negative
 * maximum, a minimum above its maximum.
 */
export function parseCapacities(json: string): { ok: true; values: Entries } | Problem {
  const parsed = parseFlatObject('capacities', json);
  if (!parsed.ok) return parsed;
  for (const [name, value] of parsed.values) {
    if (numericCapacities.has(name) && !isNumberText(value)) return impossible('capacities', name, value);
  }
  const byName = byNames(parsed.values);
  for (const [low, high] of [
    ['P_min_kw', 'P_max_kw'],
    ['E_min_kwh', 'E_max_kwh'],
  ] as const) {
    const max = byName.get(high);
    const min = byName.get(low);
    if (max !== undefined && Number(max) < 0) return impossible('capacities', high, max);
    if (max !== undefined && min !== undefined && Number(min) > Number(max)) {
      return { ok: false, problem: `impossible capacities: ${low} ${min} is above ${high} ${max}` };
    }
  }
  return parsed;
}

/** Reads `resources.location`, a JSON object with `latitude` and `longitude` in degrees; either may be absent. */
export function parseLocation(
  json: string,
): { ok: true; longitude: NumberText | undefined; latitude: NumberText | undefined } | Problem {
  const parsed = parseFlatObject('location', json);
  if (!parsed.ok) return parsed;
  const byName = byNames(parsed.values);
  const longitude = byName.get('longitude');
  const latitude = byName.get('latitude');
  if (longitude !== undefined && !isDegrees(longitude, 180))
    return impossible('location', 'longitude', longitude);
  if (latitude !== undefined && !isDegrees(latitude, 90)) return impossible('location', 'latitude', latitude);
  return { ok: true, longitude, latitude };
}

function byNames(values: Entries): Map<string, string> {
  return new Map(values.map(([name, value]) => [name, value]));
}

function isDegrees(text: string, most: number): boolean {
  return isNumberText(text) && Math.abs(Number(text)) <= most;
}

function isNumberText(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
}

function impossible(column: string, name: string, value: string): Problem {
  return { ok: false, problem: `impossible ${column}: ${name} is ${value === '' ? 'empty' : value}` };
}

/*
 * Numbers must keep the text that they have in the database, and JSON.parse would make 50.0 a 50. So it only judges
 * the text, and a pattern then takes the words out of it: a reviver that is shown each value's source takes twice as
 * long as both together, for every site that is read. The pattern relies on the text being a flat object, which was
 * checked by then. test/fleet/capacities.test.ts holds it.
 */

/** A JSON object of scalars as entries; numbers keep their source text. */
function parseFlatObject(column: string, json: string): { ok: true; values: Entries } | Problem {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, problem: `broken JSON in ${column}: ${excerpt(json)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: `${column} must be a JSON object, not ${excerpt(json)}` };
  }
  for (const [name, entry] of Object.entries(value)) {
    if (typeof entry === 'object' && entry !== null)
      return { ok: false, problem: `${column}.${name} must be a number or a text` };
  }
  return { ok: true, values: entriesOf(json) };
}

/** Texts and all other words of JSON. */
const tokens = /"(?:[^"\\]|\\.)*"|[^\s"{}:,]+/g;

/** The entries of a flat JSON object that are not null, as they stand there; of two of one name, the last. */
function entriesOf(json: string): Entries {
  const found = json.match(tokens) ?? [];
  const entries = new Map<string, Capacity | undefined>();
  for (let at = 0; at + 1 < found.length; at += 2) {
    const name = unquoted(found[at] as string);
    const value = found[at + 1] as string;
    const isText = value.startsWith('"');
    const text = isText ? unquoted(value) : value;
    const told: Capacity = isText && !numericCapacities.has(name) ? [name, text, true] : [name, text];
    entries.set(name, value === 'null' ? undefined : told);
  }
  return [...entries.values()].filter((entry) => entry !== undefined);
}

function unquoted(text: string): string {
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}

function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text || '(nothing)';
}
