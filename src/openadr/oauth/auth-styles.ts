/** How a token endpoint takes a client's credentials: in the form, or as HTTP Basic. */
export const authStyles = ['form', 'basic'] as const;
export type AuthStyle = (typeof authStyles)[number];
