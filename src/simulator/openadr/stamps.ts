/** When a thing was stored and last changed, as `Stamps` counts. */
export interface Dated {
  readonly created: number;
  readonly modified: number;
}

/** The VTN's own clock: every stamp is later than the one before, even within the same millisecond. */
export interface Stamps {
  /** The time now, in units of 10 µs since the VTN started: a small number, which costs no memory to keep. */
  now(): number;
  /** The stamps of what is stored now. */
  fresh(): Dated;
  /** A stamp as RFC 3339 with microseconds and `+00:00`. */
  text(stamp: number): string;
  /** The fields `id`, `createdDateTime` and `modificationDateTime` as JSON text. */
  metadata(id: string, dated: Dated): string;
}

export function createStamps(): Stamps {
  const startMs = Date.now();
  const start = performance.now();
  let last = 0;
  let second = -1;
  let secondText = '';
  const now = () => {
    last = Math.max(last + 1, Math.round((performance.now() - start) * 100));
    return last;
  };
  const text = (stamp: number) => {
    const whole = Math.floor((startMs + stamp / 100) / 1000);
    if (whole !== second) {
      second = whole;
      secondText = new Date(whole * 1000).toISOString().slice(0, 19);
    }
    const micros = startMs * 1000 + stamp * 10 - whole * 1_000_000;
    return `${secondText}.${String(micros).padStart(6, '0')}+00:00`;
  };
  return {
    now,
    text,
    fresh() {
      const created = now();
      return { created, modified: created };
    },
    metadata(id, { created, modified }) {
      const createdText = text(created);
      const modifiedText = modified === created ? createdText : text(modified);
      return `"id":"${id}","createdDateTime":"${createdText}","modificationDateTime":"${modifiedText}"`;
    },
  };
}
