/** Tells that something has changed, at most so often. */
export interface Changes {
  changed(): void;
  /** See `FleetKeeper.onChange`. */
  onChange(listener: () => void): () => void;
}

const everyMs = 200;

export function createChanges(): Changes {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    timer = undefined;
    for (const listener of listeners) listener();
  };
  return {
    changed() {
      if (timer !== undefined || listeners.size === 0) return;
      // It keeps no process alive.
      timer = setTimeout(tell, everyMs).unref();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
