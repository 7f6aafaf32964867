/** What to do where the VTN turns out to differ from the database: nothing; tell a person; make it agree, within bounds. */
export const driftChoices = ['ignore', 'alert', 'apply'] as const;
export type DriftChoice = (typeof driftChoices)[number];
