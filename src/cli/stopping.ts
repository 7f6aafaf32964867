/** What is in flight may take a while to end, and Ctrl-C should not seem to do nothing. */
export function tellOfStopping(): void {
  process.stderr.write('venfleet: stopping when what is in flight is stored; Ctrl-C again stops at once\n');
}
