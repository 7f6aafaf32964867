/** A number as a spreadsheet shows one that is too long for it: `5.70707E+17`. */
export const inExponents = /^\d+([.,]\d+)?E\+?\d+$/i;

/**
 * Whether an id looks as if a spreadsheet had rounded it: it keeps 15 digits of a number, and fills up with zeros. One
 * id of 18 digits in a thousand ends so by nature.
 */
export function looksRounded(id: string): boolean {
  return /^\d{15}0{3,}$/.test(id);
}
