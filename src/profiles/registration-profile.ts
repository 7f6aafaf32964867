import type { CreateOutcome, FindOutcome } from '../delivery/outcome.ts';
import type { Load } from '../fleet/load.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';

/** A VEN as the VTN knows it. */
export interface RegisteredVen {
  /** The profile's, under which the VTN is recorded. */
  readonly name: string;
  /** The VTN's id of it. */
  readonly id: string;
  /** The OAuth client that it belongs to, where it was there already and the VTN told. */
  readonly clientId?: string | undefined;
}

/**
 * How VENs and loads are said to one kind of VTN, and what its answers mean. It sends nothing, and the same question
 * always has the same answer: what it remembers (`memoize`, a site's part of a body) only saves time.
 */
export interface RegistrationProfile {
  /** The profile's, under which the VTN is recorded. */
  readonly name: string;
  /** A VEN is looked up before it is created: it should be there, and we may not be allowed to create it. */
  readonly looksUpVenFirst: boolean;
  /** How a load says whose it is. By id, two VENs to which the VTN gives the same one would share their loads. */
  readonly loadsNameVenBy: 'id' | 'name';
  /** The status with which a VTN of another kind refuses our request to create a VEN; one of this kind never does. */
  readonly foreignVtnRefusesWith: number;
  /** Which option is likely to be wrong where all loads fail for this reason: a sentence without its full stop. */
  likelyCause?(reason: string): string | undefined;
  createVen(venName: string): WireRequest;
  readCreateVen(venName: string, response: WireResponse): CreateOutcome;
  findVen(venName: string): WireRequest;
  readFindVen(venName: string, response: WireResponse, claimedId: string | undefined): FindOutcome;
  /** A load as a resource: JSON text. */
  loadBody(load: Load, ven: RegisteredVen): string;
  /** `body`: the `loadBody` of this load, where it is made already. */
  createLoad(load: Load, ven: RegisteredVen, body?: string): WireRequest;
  readCreateLoad(load: Load, ven: RegisteredVen, response: WireResponse): CreateOutcome;
  /**
   * Names that the load may have had on the VTN before its present one, where loads are looked up by name; most have
   * none. The answer to such a look-up is read like any other.
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
}
