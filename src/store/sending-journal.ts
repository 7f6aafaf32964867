/**
 * The loads that may be on their way to the VTN. Whoever writes in it has exclusive access. What a run left behind in
 * it, since it died, is in doubt from then on: `sitesOfVen` tells such loads as perhaps sent.
 */
export interface SendingJournal {
  /** Remembers loads before they are sent. Mapping one forgets it, as does a failure that leaves no doubt. */
  noteSending(loadIds: readonly string[]): Promise<void>;

  /** Forgets that loads were noted: they were not sent after all. */
  forgetSending(loadIds: readonly string[]): Promise<void>;
}
