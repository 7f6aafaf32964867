import { quote } from '../../core/quote.ts';
import { shortHash } from '../../core/short-hash.ts';
import type { Load } from '../../fleet/load.ts';
import { memoize } from '../memoize.ts';
import { valuesMapText } from './values-map.ts';
import { cleanText, venNameOf } from './wire-names.ts';

/*
 * What an event may name to reach a load: the load, its meter point, its kind, its VEN. OpenADR 3.0 has them as
 * they are, by type; 3.1 as plain texts in a form of its own (`targetOf`), whatever they name.
 */

/** The targets of a load's resource, which has this name, in OpenADR 3.0: valuesMaps, as JSON text. */
export function valuesMapTargets({ component, loadId, site }: Load, resourceName: string): string {
  const place = valuesMapText('POWER_SERVICE_LOCATION', cleanText(site.meterPointId));
  const kinds = site.subType === undefined ? [component] : [component, site.subType];
  const group = `{"type":"GROUP","values":[${kinds.map((text) => quote(cleanText(text))).join(',')}]}`;
  const name = valuesMapText('RESOURCE_NAME', resourceName);
  return `[${place},${group},${name},${venTarget(site.venName)},${valuesMapText('LOAD_ID', loadId)}]`;
}

const venTarget = memoize((venName) => valuesMapText('VEN_NAME', venNameOf(venName)), 1_000);

/** The targets of a load's resource in OpenADR 3.1, none of them twice. */
export function plainTargets({ loadId, component, site }: Load): string[] {
  const named = [site.meterPointId, component, site.subType, site.venName, loadId];
  return [...new Set(named.filter((value) => value !== undefined).map(targetOf))];
}

const allowed = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * A value as a target or clientID of OpenADR 3.1, `[A-Za-z0-9_-]{1,128}`: as it is where it has that form, else
 * with "_" for what is not allowed and a hash of the value, so that no two become one: `København` →
 * `K_benhavn-2d1f…`. What looks like that already gets a hash of its own. ("null" has the form, but OpenLEADR
 * refuses it.)
 */
export function targetOf(value: string): string {
  return allowed.test(value) && value !== 'null' && !looksEncoded(value) ? value : encoded(value);
}

/** The texts that may mean this value: its target, and itself. None of them may mean another value as well. */
export function targetForms(value: string): string[] {
  return looksEncoded(value) ? [targetOf(value)] : [...new Set([targetOf(value), value])];
}

/** Those of most loads are their VENs' and their kinds': there are few. */
const encoded = memoize(
  (value) => `${value.replace(/[^A-Za-z0-9_-]/gu, '_').slice(0, 100)}-${shortHash(value)}`,
  1_000,
);

// The place of the "-" first: it is asked of every load's targets, and most have none there.
const looksEncoded = (value: string) => value.at(-17) === '-' && /-[0-9a-f]{16}$/.test(value);
