import { createHash } from 'node:crypto';
import type { Load } from '../fleet/load.ts';

/** The longest name that OpenADR allows; OpenLEADR counts UTF-8 bytes, and so does this. */
const longestName = 128;

/**
 * A load's name among the resources of its VEN, the same every time. Where it is not unique by itself, what
 * tells it apart is added, in the order in which a person would look:
 *
 *   Netto - HVAC                                      the site's name and the load's
 *   Netto (707057500504404881) - HVAC                 … another site of the VEN has that name
 *   Netto (707057500504404881, <resource id>) - HVAC  … and that meter point
 *   Netto - HVAC (load_2)                             another load of the site has that name
 *
 * A name that holds " - " itself counts as not unique: it could be read in two ways. Names over 128 bytes
 * are cut, and end in "~" and a hash of the whole.
 */
export function resourceNameOf({ site, name, nameShared, component }: Load): string {
  const unclear = site.name.includes(' - ') || name.includes(' - ');
  const siteShared = unclear && site.nameShared === 'no' ? 'name' : site.nameShared;
  const marks = {
    no: '',
    name: ` (${site.meterPointId})`,
    meter: ` (${site.meterPointId}, ${site.resourceId})`,
  };
  const load = nameShared ? `${name} (${component})` : name;
  return shortened(`${site.name}${marks[siteShared]} - ${load}`);
}

/** At most 128 UTF-8 bytes, cut between characters, still unique. NUL is no text for any database. */
function shortened(name: string): string {
  const clean = name.replaceAll('\0', '\u{fffd}');
  if (Buffer.byteLength(clean) <= longestName) return clean;
  const mark = `~${digest(clean)}`;
  let kept = '';
  for (const character of clean) {
    if (Buffer.byteLength(kept + character) > longestName - mark.length) break;
    kept += character;
  }
  return kept + mark;
}

const allowed = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * A value as a target or clientID, `[A-Za-z0-9_-]{1,128}`: as it is where it has that form, else with "_" for
 * what is not allowed and a hash of the value, so that no two become one: `København` → `K_benhavn-2d1f…`.
 * ("null" has the form, but OpenLEADR refuses it.)
 */
export function targetOf(value: string): string {
  if (allowed.test(value) && value !== 'null') return value;
  return `${value.replace(/[^A-Za-z0-9_-]/gu, '_').slice(0, 100)}-${digest(value)}`;
}

/** 64 bits in hexadecimal. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
