/** The store's `YYYY-MM-DD HH:MM:SS`, which is UTC, as ISO 8601. */
export function sqlTime(text: string): string {
  return `${text.replace(' ', 'T')}Z`;
}
