/** What the library throws. */
export { type ErrorCode, errorRegistry, VenfleetError } from '../core/errors.ts';
