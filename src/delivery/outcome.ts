/** What one answer of a VTN to "create this" means. */
export type CreateOutcome =
  /** It is there now, under this id. */
  | { kind: 'created'; id: string }
  /** The VTN says that it is there already, perhaps with an id: proves nothing until looked up. */
  | { kind: 'exists'; status: number; id?: string; reason: string }
  /** It may or may not be there: look it up before sending it again. */
  | { kind: 'ambiguous'; status: number | null; reason: string; retryAfterMs?: number }
  /** It was taken up, to be carried out soon (202), perhaps with an id: look it up until it is there. */
  | { kind: 'accepted'; status: number; id?: string; reason: string; retryAfterMs?: number }
  /** A success that says nothing usable: look it up, but do not send it again. */
  | { kind: 'nonsense'; status: number; reason: string }
  /** The VTN will not have it; trying again changes nothing. */
  | { kind: 'refused'; status: number | null; reason: string }
  /** Not now. */
  | { kind: 'throttled'; status: number; reason: string; retryAfterMs?: number }
  /** Surely not there, for a passing reason. */
  | { kind: 'failed'; status: number | null; reason: string; retryAfterMs?: number };

/** It is there, under this id; of a VEN also the OAuth client that it belongs to, where the VTN tells. */
export interface Found {
  readonly kind: 'found';
  readonly id: string;
  readonly clientId?: string | undefined;
}

/** What one answer of a VTN to "have you got this?" means. */
export type FindOutcome =
  | Found
  /** It is not there. `impostor`: the VTN has something else in its place, described. */
  | { kind: 'absent'; impostor?: string }
  | Extract<CreateOutcome, { kind: 'refused' | 'throttled' | 'failed' }>;

/** The same where a listing must be read for it: it is not on this page, but may come after the first `skip` of all. */
export type PagedFindOutcome = FindOutcome | { kind: 'next-page'; skip: number };

/** What one answer of a VTN to a request that may be sent again means: a page of a listing, PUT, DELETE. */
export type Answer<T> =
  | { kind: 'done'; value: T }
  | Extract<CreateOutcome, { kind: 'refused' | 'throttled' | 'failed' }>;
