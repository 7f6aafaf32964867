/**
 * What is known of whether a thing (a VEN, a load) is on the VTN already, where no id of it is stored:
 *
 * - `none`: it was never sent, or it is surely not there. It is created at once.
 * - `was-there`: the VTN had it, and no request about it is on its way. It is looked up, and created where it is absent.
 * - `maybe-sent`: a request with it may have been sent, and may still be on its way. It is looked up, and where it is
 *   absent once more after the grace, before it is created.
 *
 * Only `nextStep` (delivery/settling-steps.ts) makes one of another: what ends in failure leaves `none` or `maybe-sent`.
 * Until it ends, what was written down before it was sent says `maybe-sent`.
 */
export type Trace = 'none' | 'was-there' | 'maybe-sent';

/**
 * What the id of a thing on the VTN rests on: `told`: the VTN said it in an answer; `shown`: a look-up or a listing
 * showed the thing's own external id under it.
 */
export type Evidence = 'told' | 'shown';
