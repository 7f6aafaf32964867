/**
 * What to do where registered loads are of another VTN. `refuse`: throw VTN_OTHER. `move`: forget what is registered
 * there. `same`: take the VTN for the same one at another address, if it knows all of a sample of the ids. `keep`: go
 * on, and let them count as registered; for VTNs that are made anew for each run, as a simulator is.
 */
export const otherVtnChoices = ['refuse', 'move', 'same', 'keep'] as const;
export type OtherVtnChoice = (typeof otherVtnChoices)[number];
