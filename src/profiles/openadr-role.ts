/** As whom we speak OpenADR: for the business (BL), which may write targets and any VEN, or as the VEN itself. */
export const openAdrRoles = ['BL', 'VEN'] as const;
export type OpenAdrRole = (typeof openAdrRoles)[number];
