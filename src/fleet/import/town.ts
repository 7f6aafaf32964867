const country = /^(denmark|danmark|dänemark|dk)$/i;
/** `9000 Aalborg`, `DK-9000 Aalborg`; five digits for the neighbours. */
const postalCodeAndTown = /^(?:[A-Z]{1,2}[- ]?)?\d{4,5}\s+(\p{L}.*)$/u;
const endOfUncut = /\s(?:[A-Z]{1,2}-)?\d{4}\s+(\p{L}[^\d]*)$/u;
/** The districts that large towns are split into: `Aarhus C`, `København NV`, `Aalborg SØ`. */
const district = /\s+(C|K|N|S|V|Ø|NV|NØ|SV|SØ)\.?$/u;

/**
 * The town at the end of a postal address, without its postal district; undefined where there is none.
 * `Vesterbro 12, 9000 Aalborg` → `Aalborg`; `Banegårdspladsen 1, 8000 Aarhus C, Denmark` → `Aarhus`.
 * The rule is written down in docs/import.md.
 */
export function townOfAddress(address: string): string | undefined {
  const parts = address
    .normalize('NFC')
    .split(',')
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '');
  while (parts.length > 1 && country.test(parts.at(-1) ?? '')) parts.pop();
  const last = parts.at(-1) ?? '';
  const afterCode = parts
    .map((part) => postalCodeAndTown.exec(part)?.[1])
    .findLast((town) => town !== undefined);
  const town =
    afterCode ?? endOfUncut.exec(last)?.[1] ?? (parts.length > 1 && isName(last) ? last : undefined);
  return town?.replace(district, '').trim() || undefined;
}

function isName(part: string): boolean {
  return /^\p{L}[^\d]*$/u.test(part);
}
