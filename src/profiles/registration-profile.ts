import type { Load } from '../fleet/load.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';

export type { Transport, WireRequest, WireResponse } from '../openadr/http/transport.ts';

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

/** What one answer of a VTN to a request that may be sent again means: a page of a listing, PUT, DELETE. */
export type Answer<T> =
  | { kind: 'done'; value: T }
  | Extract<CreateOutcome, { kind: 'refused' | 'throttled' | 'failed' }>;

/** What became of a resource that was to be removed, or changed; `gone`: the VTN does not have it any more. */
export type Changed = 'changed' | 'gone';

/** What became of a resource that was to be updated; `shown`: the resource as the answer has it, where it has it. */
export type Updated = 'gone' | { readonly shown: RemoteResource | undefined };

/**
 * What can be compared of a load and a resource: fields by the name that the profile gives them, each a text.
 * The same load gives the same fields in the same order; its name comes first.
 */
export type Fields = readonly (readonly [name: string, value: string])[];

/** A resource as a VTN lists it. */
export interface RemoteResource {
  readonly id: string;
  /** By which it may be known as ours; undefined where the VTN lists none. */
  readonly externalResourceId: string | undefined;
  readonly name: string;
  /** Its VEN's name, where the resource tells it (`flex-gateway`). */
  readonly venName: string | undefined;
  /** Its VEN's id, where the resource tells it (OpenADR). */
  readonly venId?: string | undefined;
  readonly fields: Fields;
}

/** Which part of a listing to ask for: at most `limit` (1 to 50) resources, after the first `skip`. */
export interface PageRequest {
  readonly skip: number;
  readonly limit: number;
}

/** A VEN as the VTN knows it. */
export interface RegisteredVen {
  readonly name: string;
  /** The VTN's id of it. */
  readonly id: string;
  /** The OAuth client that it belongs to, where it was there already and the VTN told. */
  readonly clientId?: string | undefined;
}

/** How VENs and loads are said to one kind of VTN, and what its answers mean. Pure: no network, no state. */
export interface WireProfile {
  readonly name: string;
  /** A VEN is looked up before it is created: it should be there, and we may not be allowed to create it. */
  readonly looksForVen?: boolean;
  /** The status by which VTNs of another kind refuse a VEN that is said like this, and this kind never does. */
  readonly foreignStatus: number;
  createVen(venName: string): WireRequest;
  readCreateVen(venName: string, response: WireResponse): CreateOutcome;
  findVen(venName: string): WireRequest;
  readFindVen(venName: string, response: WireResponse, claimedId: string | undefined): FindOutcome;
  /** What says a load as a resource: JSON text. */
  loadBody(load: Load, ven: RegisteredVen): string;
  /** `body`: the `loadBody` of this load, where it is made already. */
  createLoad(load: Load, ven: RegisteredVen, body?: string): WireRequest;
  readCreateLoad(load: Load, ven: RegisteredVen, response: WireResponse): CreateOutcome;
  /**
   * Names that the load may have had on the VTN before its present one, where it is looked up by name; most loads
   * have none. Such a look-up is read as any other.
   */
  formerNames?(load: Load): readonly string[];
  findLoad(load: Load, ven: RegisteredVen, formerName?: string): WireRequest;
  /** `claimedId`: the id that the VTN gave with its claim that the load exists, if any. */
  readFindLoad(
    load: Load,
    ven: RegisteredVen,
    response: WireResponse,
    claimedId: string | undefined,
  ): FindOutcome;

  /** Whether resources are listed for one VEN at a time, or all VENs' together. */
  readonly listsByVen: boolean;
  /** `ven`: whose; it is ignored where all are listed together. */
  listResources(ven: RegisteredVen | undefined, page: PageRequest): WireRequest;
  readResources(response: WireResponse): Answer<readonly RemoteResource[]>;
  /** All resources of a VEN, where the answer to `findVen` carries them; undefined where it does not. */
  readVenResources(venName: string, response: WireResponse): readonly RemoteResource[] | undefined;
  /** A load as `readResources` would give its resource, if the VTN lists all that it is told. */
  fieldsOf(load: Load): Fields;
  /** Replaces the whole resource, with its `loadBody`; its VEN must stay the same. */
  updateLoad(load: Load, ven: RegisteredVen, resourceId: string): WireRequest;
  readUpdateLoad(response: WireResponse): Answer<Updated>;
  removeResource(resourceId: string, ven: RegisteredVen): WireRequest;
  readRemoveResource(response: WireResponse): Answer<Changed>;
  /** Asks for a listing of few resources, this one among them if it is there. */
  findResource(
    resource: { readonly externalResourceId: string; readonly name: string },
    ven: RegisteredVen,
  ): WireRequest;
}
