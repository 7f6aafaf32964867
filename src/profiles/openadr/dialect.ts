import type { Load } from '../../fleet/load.ts';
import type { WireRequest } from '../../openadr/http/transport.ts';
import type { OpenAdrRole } from '../openadr-role.ts';
import type { ReadWithVen } from '../reconciliation-profile.ts';
import type { RegisteredVen } from '../registration-profile.ts';

/** What OpenADR 3.0 and 3.1 say differently of VENs and resources. */
export interface OpenAdrDialect {
  readonly name: string;
  /** As VEN, each VEN sends its requests itself, with its own credentials. Default BL. */
  readonly role: OpenAdrRole | undefined;
  readonly looksUpVenFirst: boolean;
  /** A VEN: JSON text. */
  venBody(venName: string): string;
  /** A load as a resource: JSON text. */
  loadBody(load: Load, ven: RegisteredVen): string;
  /** Where resources of the VEN are created. */
  resourcesPath(ven: RegisteredVen): string;
  /** Where resources of the VEN are listed; `query` narrows that down. */
  listPath(ven: RegisteredVen, query: string): string;
  resourcePath(ven: RegisteredVen, resourceId: string): string;
  /** Where the answer to a look-up of a VEN carries its resources: how they are read (see `Listing`). */
  readonly readWithVen?: ReadWithVen;
}

/** In whose name a request is sent that concerns this VEN: ours, or the VEN's own. */
export function senderIn({ role }: OpenAdrDialect): (venName: string) => Pick<WireRequest, 'as'> {
  return (venName) => (role === 'VEN' ? { as: venName } : {});
}
