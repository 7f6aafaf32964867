import type { Trace } from '../core/trace.ts';
import type { Answer } from '../delivery/outcome.ts';
import type { Creation } from '../delivery/settle.ts';
import type { WireRequest, WireResponse } from '../openadr/http/transport.ts';

/** What the program and the event are called that reports are filed under. */
export interface AnchorNames {
  readonly programName: string;
  readonly eventName: string;
}

export const defaultAnchorNames: AnchorNames = {
  programName: 'venfleet meter data',
  eventName: 'venfleet meter data',
};

/** What a VTN shows of a program or an event; `programId`: of an event. */
export interface ShownAnchor {
  readonly name: string | undefined;
  readonly programId: string | undefined;
}

/** A look at an object by its id; undefined: the VTN has none of that id, or does not show it to us. */
export interface AnchorLook {
  readonly request: WireRequest;
  read(response: WireResponse): Answer<ShownAnchor | undefined>;
}

/**
 * How a kind of VTN is told of the program and the event that reports are filed under. Each is a thing for `settle`, looked
 * for by its name before it is made, so that no lost answer makes a second one. They are business logic's to make.
 */
export interface AnchorProfile {
  readonly name: string;
  /** `trace`: default `was-there`; `maybe-sent` where an earlier run may just have sent it. */
  program(names: AnchorNames, trace?: Trace): Creation;
  /** The event of this program. */
  event(names: AnchorNames, programId: string, trace?: Trace): Creation;
  programOfId(id: string): AnchorLook;
  eventOfId(id: string): AnchorLook;
}
