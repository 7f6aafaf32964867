import type { Answer } from '../delivery/outcome.ts';
import type { Load } from '../fleet/load.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';
import type { RegisteredVen, RegistrationProfile } from './registration-profile.ts';

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
interface PageRequest {
  readonly skip: number;
  readonly limit: number;
}

/** Asks for a part of a listing. */
export type AskForPage = (page: PageRequest) => WireRequest;

/** Reads all resources of a VEN from the answer to `findVen`, where that carries them; undefined where it does not. */
export type ReadWithVen = (venName: string, response: WireResponse) => readonly RemoteResource[] | undefined;

/** How a VTN lists its resources: those of all VENs together, or of one VEN at a time. */
export type Listing =
  | { readonly of: 'all-vens'; readonly askForPage: AskForPage }
  | {
      readonly of: 'one-ven';
      askForPageOf(ven: RegisteredVen): AskForPage;
      readonly readWithVen?: ReadWithVen | undefined;
    };

/** How one kind of VTN lists, changes and removes resources, besides how they are created. */
export interface ReconciliationProfile extends RegistrationProfile {
  readonly listing: Listing;
  readResources(response: WireResponse): Answer<readonly RemoteResource[]>;
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
