import type { Fields } from '../profiles/reconciliation-profile.ts';

/** A field that is not the same here and on the VTN; undefined where it is absent. */
export interface FieldChange {
  readonly field: string;
  readonly onVtn: string | undefined;
  readonly here: string | undefined;
}

/**
 * How a load stands to the resource that a VTN lists: `equal`, in every field and no field more; `silent`:
 * nothing that is listed is different, but some of it is left out, or there is more; `different`.
 */
export interface Comparison {
  readonly verdict: 'equal' | 'silent' | 'different';
  readonly changes: readonly FieldChange[];
}

const equal: Comparison = { verdict: 'equal', changes: [] };

/**
 * Compares what a load would be on the VTN with what the VTN lists. What a VTN leaves out or adds is no
 * difference, nor is the way in which it writes numbers, spaces and letters with accents.
 */
export function compareFields(here: Fields, onVtn: Fields): Comparison {
  if (isSameList(here, onVtn)) return equal;
  const theirs = new Map(onVtn);
  const changes: FieldChange[] = [];
  let silent = false;
  for (const [field, value] of here) {
    const listed = theirs.get(field);
    if (listed === undefined) silent = true;
    else if (!isSame(value, listed)) changes.push({ field, onVtn: listed, here: value });
    theirs.delete(field);
  }
  if (changes.length > 0) return { verdict: 'different', changes };
  return silent || theirs.size > 0 ? { verdict: 'silent', changes: leftOver(theirs) } : equal;
}

/** Fields of the VTN alone: of no weight unless the load is known to have changed. */
function leftOver(theirs: ReadonlyMap<string, string>): FieldChange[] {
  return [...theirs].map(([field, onVtn]) => ({ field, onVtn, here: undefined }));
}

function isSameList(here: Fields, onVtn: Fields): boolean {
  return (
    here.length === onVtn.length &&
    here.every(([field, value], at) => onVtn[at]?.[0] === field && onVtn[at]?.[1] === value)
  );
}

function isSame(here: string, onVtn: string): boolean {
  if (here === onVtn) return true;
  const [ours, theirs] = [words(here), words(onVtn)];
  return ours.length === theirs.length && ours.every((word, at) => isSameWord(word, theirs[at] as string));
}

function words(text: string): string[] {
  return text.normalize('NFC').trim().split(/\s+/);
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const wholeNumber = /^\d+$/;

/** `50.0` is `50`, and a double may come back a unit in the last place off; meter point ids keep every digit. */
function isSameWord(here: string, onVtn: string): boolean {
  if (here === onVtn) return true;
  if (!number.test(here) || !number.test(onVtn) || (wholeNumber.test(here) && wholeNumber.test(onVtn))) {
    return false;
  }
  const [ours, theirs] = [Number(here), Number(onVtn)];
  return Math.abs(ours - theirs) <= 1e-12 * Math.max(Math.abs(ours), Math.abs(theirs));
}
