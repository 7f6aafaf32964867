import type { Load } from '../fleet/load.ts';
import type { WireRequest, WireResponse } from '../openadr/transport.ts';

export type { Transport, WireRequest, WireResponse } from '../openadr/transport.ts';

/** What one answer of a VTN to "create this" means. */
export type CreateOutcome =
  /** It is there now, under this id. */
  | { kind: 'created'; id: string }
  /** The VTN says that it is there already, perhaps with an id: proves nothing until looked up. */
  | { kind: 'exists'; status: number; id?: string; reason: string }
  /** It may or may not be there: look it up before sending it again. */
  | { kind: 'ambiguous'; status: number | null; reason: string; retryAfterMs?: number }
  /** A success that says nothing usable: look it up, but do not send it again. */
  | { kind: 'nonsense'; status: number; reason: string }
  /** The VTN will not have it; trying again changes nothing. */
  | { kind: 'refused'; status: number | null; reason: string }
  /** Not now. */
  | { kind: 'throttled'; status: number; reason: string; retryAfterMs?: number }
  /** Surely not there, for a passing reason. */
  | { kind: 'failed'; status: number | null; reason: string; retryAfterMs?: number };

/** What one answer of a VTN to "have you got this?" means. */
export type FindOutcome =
  | { kind: 'found'; id: string }
  /** It is not there. `impostor`: the VTN has something else in its place, described. */
  | { kind: 'absent'; impostor?: string }
  | Extract<CreateOutcome, { kind: 'refused' | 'throttled' | 'failed' }>;

/** A VEN as the VTN knows it. */
export interface RegisteredVen {
  readonly name: string;
  /** The VTN's id of it. */
  readonly id: string;
}

/** How VENs and loads are said to one kind of VTN, and what its answers mean. Pure: no network, no state. */
export interface WireProfile {
  readonly name: string;
  /** A VEN is looked up before it is created: it should be there, and we may not be allowed to create it. */
  readonly looksForVen?: boolean;
  createVen(venName: string): WireRequest;
  readCreateVen(venName: string, response: WireResponse): CreateOutcome;
  findVen(venName: string): WireRequest;
  readFindVen(venName: string, response: WireResponse): FindOutcome;
  createLoad(load: Load, ven: RegisteredVen): WireRequest;
  readCreateLoad(load: Load, ven: RegisteredVen, response: WireResponse): CreateOutcome;
  /** `claimedId`: the id that the VTN gave with its claim that the load exists, if any. */
  findLoad(load: Load, ven: RegisteredVen): WireRequest;
  readFindLoad(load: Load, response: WireResponse, claimedId: string | undefined): FindOutcome;
}
