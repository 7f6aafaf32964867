/**
 * Says at the first Ctrl-C that the run is stopping, since what is in flight may take a while to end; and, where
 * a second one ends the process at once, what that leaves. Returns what ends this.
 */
export function tellOfStopping(signal: AbortSignal, say: (line: string) => void): () => void {
  const atExit = () => say('venfleet: ended; what was stored stays, and the same command goes on from there');
  const tell = () => {
    say('venfleet: stopping when what is in flight is stored; Ctrl-C again stops at once');
    process.once('exit', atExit);
  };
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell);
  return () => {
    signal.removeEventListener('abort', tell);
    process.off('exit', atExit);
  };
}
