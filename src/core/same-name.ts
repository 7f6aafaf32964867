/** Printable ASCII without white space at its ends: such a text can be spelled in one way only. */
const plain = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

/**
 * What two spellings of one name have in common: the text in Unicode's composed form (NFC), without white space at its
 * ends. "å" is one character on one computer and "a" with a ring on another; servers compose and trim what they are
 * told. Only for comparing: what is stored and sent keeps the spelling that it has. Capitals count.
 */
export function nameKey(text: string): string {
  return plain.test(text) ? text : text.normalize('NFC').trim();
}

/** Whether two texts are one name; what is absent is no name. */
export function isSameName(one: string | null | undefined, other: string | null | undefined): boolean {
  if (one === null || one === undefined || other === null || other === undefined) return false;
  return one === other || nameKey(one) === nameKey(other);
}

/** Of these, the ones that bear the name: in this very spelling, or, where none does, in another. */
export function bearing<T>(items: readonly T[], nameOf: (item: T) => string | undefined, name: string): T[] {
  const exact = items.filter((item) => nameOf(item) === name);
  return exact.length > 0 ? exact : items.filter((item) => isSameName(nameOf(item), name));
}

/** Those of the known names that a name stands for: all of its spellings; itself, where none is known. */
export function spellingsOf(name: string, known: Iterable<string>): string[] {
  const found = [...known].filter((one) => isSameName(one, name));
  return found.length > 0 ? found : [name];
}

/** Names that occur in several spellings: each as the list of them, in order. */
export function spelledTwice(names: Iterable<string>): string[][] {
  const byKey = new Map<string, Set<string>>();
  for (const name of names) {
    const key = nameKey(name);
    const spellings = byKey.get(key);
    if (spellings) spellings.add(name);
    else byKey.set(key, new Set([name]));
  }
  return [...byKey.values()].filter(({ size }) => size > 1).map((spellings) => [...spellings].sort());
}
