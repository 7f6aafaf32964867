/**
 * Whether a text of the database is a text to others as well. Bytes that are not valid UTF-8 are read as U+FFFD, so that two
 * different names read the same, and neither is found again by it; what follows a NUL is lost on many ways.
 */
export function isLegible(text: string): boolean {
  return !text.includes('\uFFFD') && !text.includes('\0');
}
