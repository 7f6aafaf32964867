/** The wire profiles, as options name them. */
export const profileNames = ['flex-gateway', 'openadr-3.0', 'openadr-3.1'] as const;
export type ProfileName = (typeof profileNames)[number];
