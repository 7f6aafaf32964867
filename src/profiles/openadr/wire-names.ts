import { nameKey } from '../../core/same-name.ts';
import { shortHash } from '../../core/short-hash.ts';
import type { NameShared } from '../../fleet/load.ts';
import type { NamedLoad } from '../events-profile.ts';

/** The longest name that OpenADR allows; OpenLEADR counts UTF-8 bytes, and so does this. */
const longestName = 128;

/** What is added to a load's name to tell it apart. */
interface Marks {
  /** `name`: the meter point; `meter`: the site's id as well. */
  readonly site: NameShared;
  /** The component. */
  readonly load: boolean;
}

/**
 * A load's name among the resources of its VEN, the same every time. Where it is not unique by itself, what
 * tells it apart is added, in the order in which a person would look:
 *
 *   Netto - HVAC                                      the site's name and the load's
 *   Netto (707057500504404881) - HVAC                 … another site of the VEN has that name
 *   Netto (707057500504404881, <resource id>) - HVAC  … and that meter point
 *   Netto - HVAC (load_2)                             another load of the site has that name
 *
 * A site or load whose own name looks as if something had been added counts as not unique too, as does a name
 * that holds " - ": it could be read in two ways. Where all of that leaves a doubt, "~" and a hash of the
 * external id end the name. Names over 128 bytes are cut, and end in "~" and a hash of the whole.
 *
 * So a name can be read in one way only: up to the first `mark - `, or else the only " - ", it is the site; of
 * each part, what a mark ends is marked; and what ends in a hash is known by that.
 */
export function resourceNameOf(load: NamedLoad): string {
  return nameWith(load, marksOf(load));
}

/**
 * Names that a load may have had when it was sent: others of its name have come to the fleet since, or an older
 * version named it; or as a VTN stores it that composes its letters. The names of most loads never change: they have none.
 */
export function formerNamesOf(load: NamedLoad): readonly string[] {
  const marks = marksOf(load);
  const now = nameWith(load, marks);
  const names = new Set<string>();
  for (const site of levels.slice(0, levels.indexOf(marks.site) + 1)) {
    for (const one of marks.load ? [false, true] : [false]) {
      const former: Marks = { site, load: one };
      names.add(nameWith(load, former)).add(shortened(textWith(load, former)));
    }
  }
  names.add(nameKey(now));
  names.delete(now);
  return [...names];
}

const levels: readonly NameShared[] = ['no', 'name', 'meter'];

/** As added to a site's name; meter point ids have 18 digits in Denmark, and elsewhere as many as these. */
const endsInSiteMark = / \(\d{10,}(, [^()]*)?\)$/;
const holdsSiteMark = / \(\d{10,}(, [^()]*)?\) - /;
const endsInLoadMark = / \(load_\d+\)$/;
const endsInHash = /~[0-9a-f]{16}$/;

/** Whether a text in front of " - ", or behind it, leaves open where that one is. */
const isUnclear = (text: string) => text.includes(' - ');

function marksOf({ site, name, nameShared }: NamedLoad): Marks {
  const marked =
    site.nameShared === 'no' &&
    (isUnclear(`${site.name} `) || isUnclear(` ${name} `) || endsInSiteMark.test(site.name));
  return { site: marked ? 'name' : site.nameShared, load: nameShared || endsInLoadMark.test(name) };
}

function textWith({ site, name, component }: NamedLoad, marks: Marks): string {
  const added = {
    no: '',
    name: ` (${site.meterPointId})`,
    meter: ` (${site.meterPointId}, ${site.resourceId})`,
  };
  return `${site.name}${added[marks.site]} - ${marks.load ? `${name} (${component})` : name}`;
}

function nameWith(load: NamedLoad, marks: Marks): string {
  const text = textWith(load, marks);
  // NUL in front: no text that is hashed for its length has one.
  if (isDoubtful(load, marks, text)) return cut(text, `~${shortHash(`\0${load.externalResourceId}`)}`);
  return shortened(text);
}

/** Whether another load of the VEN might have this name all the same. */
function isDoubtful({ site, component }: NamedLoad, marks: Marks, text: string): boolean {
  if (marks.site !== 'no') {
    if (!/^\d{10,}$/.test(site.meterPointId) || holdsSiteMark.test(`${site.name} `)) return true;
    if (marks.site === 'meter' && /[()]/.test(site.resourceId)) return true;
  }
  if (marks.load && !/^load_\d+$/.test(component)) return true;
  // What cannot be sent as it is (`cleanText`) may become what another is.
  return endsInHash.test(text) || text.includes('\u{fffd}') || cleanText(text) !== text;
}

/** A VEN's name on the VTN: its own, unless that is too long, or looks as if it had been cut. */
export function venNameOf(name: string): string {
  return endsInHash.test(name) || cleanText(name) !== name
    ? cut(name, `~${shortHash(name)}`)
    : shortened(name);
}

/** The texts that may mean this VEN: its name on the VTN, and its own. None of them may mean another VEN as well. */
export function venNameForms(name: string): string[] {
  return endsInHash.test(name) ? [venNameOf(name)] : [...new Set([venNameOf(name), name])];
}

function shortened(name: string): string {
  const clean = cleanText(name);
  return Buffer.byteLength(clean) <= longestName ? clean : cut(clean, `~${shortHash(clean)}`);
}

/** The text with this end (ASCII), at most 128 UTF-8 bytes, cut between characters. */
export function cut(text: string, end: string): string {
  const clean = cleanText(text);
  const room = longestName - end.length;
  if (Buffer.byteLength(clean) <= room) return clean + end;
  let kept = '';
  for (const character of clean) {
    if (Buffer.byteLength(kept + character) > room) break;
    kept += character;
  }
  return kept + end;
}

/** A text as a VTN can store it: NUL, and halves of a surrogate pair, are no text for any database. */
export function cleanText(text: string): string {
  return text.includes('\0') || !text.isWellFormed()
    ? text.toWellFormed().replaceAll('\0', '\u{fffd}')
    : text;
}
