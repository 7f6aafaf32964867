/** How an event was heard of. */
export const receivedBy = ['poll', 'webhook', 'mqtt'] as const;
export type ReceivedBy = (typeof receivedBy)[number];

/**
 * Word from the VTN that something changed. A hint to read, never the truth: hints are lost, doubled, and out of order
 * (facts: no redelivery, no sequence).
 */
export interface Hint {
  readonly via: Exclude<ReceivedBy, 'poll'>;
  /** What it is about, where it says: `EVENT`, `PROGRAM`. */
  readonly objectType: string | undefined;
  readonly objectId: string | undefined;
}

/** What listens for hints. */
export interface HintSource {
  readonly via: Hint['via'];
  /** The VTN has other programs than before. */
  programsChanged?(): void;
  /** Ends it, and takes back what was arranged with the VTN for it. */
  close(): Promise<void>;
}

/** To whom those that listen tell what they hear. Neither may throw. */
export interface HintListener {
  onHint(hint: Hint): void;
  /** Hints do not come for now, and why; or (`null`) they do again: then all should be read. No sentence, no secret. */
  onState(via: Hint['via'], problem: string | null): void;
}
