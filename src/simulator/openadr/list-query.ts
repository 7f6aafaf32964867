import type { Page } from '../machine/collection.ts';
import { Refusal } from '../machine/refusal.ts';
import { problem, refuse } from './problem.ts';
import { isIdentifier, objectType } from './readers.ts';

/** The query of a listing. */
export interface ListQuery extends Page {
  /** By name; the last where there are several. */
  readonly filters: Readonly<Record<string, string>>;
  /** 3.1: any of these. Empty: all. */
  readonly targets: readonly string[];
  /** 3.0: a type, and any of its values. */
  readonly target: { readonly type: string; readonly values: readonly string[] } | undefined;
}

const longestPage = 50;
const identifiers = new Set(['venID', 'programID', 'eventID']);
const names = new Set(['venName', 'resourceName', 'clientName']);
/** Filters that not every listing knows; what is no filter at all is ignored, as OpenLEADR does. */
const known = new Set([...identifiers, ...names, 'objects', 'targetType']);

/**
 * Reads the query of a listing; 400 where it is wrong. Empty values are as none. `unchecked`: what may be any
 * low number here.
 */
export function readQuery(
  query: string,
  version: '3.0' | '3.1',
  unchecked: readonly ('skip' | 'limit')[] = [],
): ListQuery {
  const filters: Record<string, string> = {};
  const targets: string[] = [];
  const targetValues: string[] = [];
  const given = new Set<string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const single = known.has(name) || name === 'skip' || name === 'limit';
    if (single && given.has(name)) refuse(400, repeated(name));
    given.add(name);
    if (value === '' && name === 'targetType' && version === '3.0')
      refuse(400, 'targetType: Validation error');
    if (value === '' && name !== 'skip' && name !== 'limit') continue;
    // There the VEN is in the path.
    if (name === 'venID' && version === '3.0') continue;
    if (name === 'targets' && version === '3.1') targets.push(identifierOf(name, value));
    else if (name === 'targetValues' && version === '3.0') targetValues.push(value);
    else if (name === 'skip' || name === 'limit') filters[name] = value;
    else if (known.has(name)) filters[name] = checked(name, value);
  }
  const { skip, limit, targetType, ...rest } = filters;
  if (version === '3.0' && (targetType === undefined) !== (targetValues.length === 0)) {
    return refuse(400, 'targetType and targetValues must either both be set or not set at the same time.');
  }
  return {
    skip: numberOf('skip', skip ?? '0', unchecked.includes('skip') ? -Infinity : 0, Infinity),
    limit: numberOf(
      'limit',
      limit ?? String(longestPage),
      unchecked.includes('limit') ? -Infinity : 1,
      longestPage,
    ),
    filters: rest,
    targets,
    target: version === '3.0' && targetType ? { type: targetType, values: targetValues } : undefined,
  };
}

function checked(name: string, value: string): string {
  if (identifiers.has(name)) return identifierOf(name, value);
  if (name === 'objects') return objectType(value, name);
  if (names.has(name) && [...value].length > 128) return refuse(400, `${name}: Validation error: length`);
  return value;
}

function identifierOf(name: string, value: string): string {
  return isIdentifier(value) ? value : refuse(400, `Failed to deserialize query string: ${name}: "${value}"`);
}

function repeated(name: string): string {
  return name === 'objects'
    ? 'Tried to filter subscriptions by multiple object types.'
    : `Failed to deserialize query string: duplicate field \`${name}\``;
}

/** A 64-bit number. */
function numberOf(name: string, text: string, least: number, most: number): number {
  const digits = /^(-?|\+)(\d{1,20})$/.exec(text);
  const exact = digits ? BigInt(text.replace('+', '')) : undefined;
  if (exact === undefined || BigInt.asIntN(64, exact) !== exact) {
    return refuse(400, `Failed to deserialize query string: ${name}`);
  }
  const value = Number(exact);
  return value >= least && value <= most ? value : refuse(400, `${name}: Validation error: range`);
}

/** An id from the path; the web framework of OpenLEADR refuses bad ones in plain text. */
export function idOf(text: string): string {
  if (isIdentifier(text)) return text;
  const body = `Invalid URL: invalid value: string "${text}"`;
  throw new Refusal({ ...problem(400), body, contentType: 'text/plain; charset=utf-8' });
}
