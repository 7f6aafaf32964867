/** What to do with a report whose answer was lost, on VTNs that cannot be asked for it. */
export const doubtChoices = ['resend', 'skip', 'stop'] as const;
export type DoubtChoice = (typeof doubtChoices)[number];
