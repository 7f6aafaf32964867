/*
 * The operations of the Python system that venfleet replaces, under TypeScript names, with the same defaults
 * and meanings: batches of 50, half a second between them.
 */
import { VenfleetError } from '../core/errors.ts';
import { createVtnLink } from '../delivery/vtn-link.ts';
import { externalResourceIdOf, loadNameOf } from '../fleet/components.ts';
import type { Load } from '../fleet/load.ts';
import { siteFromRow } from '../fleet/load-from-row.ts';
import { registerOneLoad } from '../registration/register-one.ts';
import type { RegistrationSummary } from '../registration/registration-events.ts';
import { throwIfUnused } from './check-options.ts';
import { connectVtn, type VtnOptions } from './connect-vtn.ts';
import { defaultVtnUrl } from './option-values.ts';
import { type RegisterOptions, register } from './register.ts';

/** Where the VTN is and who we are to it. */
export interface PythonVtnOptions extends Partial<VtnOptions> {
  /** Default: `VENFLEET_VTN_URL`, else `http://localhost:8000`. */
  readonly vtnUrl?: string;
  /** Default: `VENFLEET_TOKEN`, else no token is sent. */
  readonly bearerToken?: string | undefined;
}

/** The Python system's pacing. */
export interface PythonPacingOptions {
  /** Loads sent at a time. Default 50. */
  readonly batchSize?: number;
  /** Seconds between one batch and the next. Default 0.5. */
  readonly delayBetweenBatches?: number;
}

type PythonRunOptions = PythonVtnOptions &
  PythonPacingOptions &
  Pick<RegisterOptions, 'dbPath' | 'includeDisabled' | 'signal' | 'onEvent' | 'retry'>;

function vtnOf(options: PythonVtnOptions) {
  return {
    ...options,
    vtnUrl: options.vtnUrl ?? process.env.VENFLEET_VTN_URL ?? defaultVtnUrl,
    bearerToken: options.bearerToken ?? process.env.VENFLEET_TOKEN,
  };
}

function registerInBatches(
  options: PythonRunOptions & { readonly venId?: string; readonly limitVens?: number | undefined },
  scope: NonNullable<RegisterOptions['scope']>,
): Promise<RegistrationSummary> {
  const { batchSize = 50, delayBetweenBatches = 0.5, venId: _, limitVens: __, ...rest } = options;
  const pacing = { kind: 'batch', batchSize, delaySeconds: delayBetweenBatches } as const;
  return register({ ...vtnOf(rest), scope, pacing });
}

/** What `registerLoadsParallel` did; loads that were registered before count as registered, as in the Python system. */
export interface LoadsParallelResult {
  readonly success: boolean;
  /** The VEN's name. */
  readonly venId: string;
  readonly totalLoads: number;
  readonly registered: number;
  readonly failed: number;
  readonly vtnIdsMapped: number;
}

/**
 * Registers all loads of one VEN (`venId` is its name) in parallel batches and stores their VTN ids.
 * Throws VenfleetErrors for what makes the run pointless.
 */
export async function registerLoadsParallel(
  options: PythonRunOptions & { readonly venId: string },
): Promise<LoadsParallelResult> {
  const { venId } = options;
  const { success, loads } = await registerInBatches(options, { vens: [venId] });
  const registered = loads.registered + loads.alreadyRegistered;
  return {
    success,
    venId,
    totalLoads: loads.total,
    registered,
    failed: loads.failed,
    vtnIdsMapped: loads.vtnIdsMapped + loads.alreadyRegistered,
  };
}

/**
 * Registers every VEN and its loads, VEN by VEN. `limitVens`: only the first so many by name.
 * Throws VenfleetErrors for what makes the run pointless.
 */
export function sampleRegistration(
  options: PythonRunOptions & { readonly limitVens?: number | undefined } = {},
): Promise<RegistrationSummary> {
  const { limitVens } = options;
  return registerInBatches(options, limitVens === undefined ? {} : { limitVens });
}

/** @deprecated It registered one resource per site; now each load is one: use `registerLoadsParallel`. */
export const registerResources = registerLoadsParallel;

/** One load as the Python system's `VENResource`; what is absent is left out on the wire. */
export interface VenResource {
  readonly loadId: string;
  readonly resourceId: string;
  /** The site's name; the load's own is appended to it. */
  readonly resourceName: string;
  /** Default DSR. */
  readonly resourceType?: string;
  readonly resourceSubType?: string;
  /** The VEN's name. The VEN must be known to the VTN already. */
  readonly ven: string;
  readonly meterPointId: string;
  /** kW and kWh: `{ P_max_kw: 50, … }`. Texts keep their form: `'50.0'`. */
  readonly capacities?: Readonly<Record<string, string | number>>;
  /** Degrees, WGS 84. */
  readonly location?: { readonly longitude?: number; readonly latitude?: number };
  readonly address?: string;
  /** `load_0` … `load_5`. */
  readonly loadComponent: string;
  readonly loadName?: string;
  readonly h5MeterId?: string;
}

/**
 * Registers one load and returns the VTN's id of its resource, also where it exists already. Where the VTN refuses it,
 * has another in its place or does not know its VEN, this throws a VenfleetError LOAD_FAILED, which has the reason (the
 * Python system returned None); LOAD_INVALID where it is no load at all, and what ends a run. `externalResourceId` and `meterPointId` (the service location)
 * take the place of those made from the resource.
 */
export async function registerVenResource(
  resource: VenResource,
  options: PythonVtnOptions &
    Pick<RegisterOptions, 'retry'> & {
      readonly externalResourceId?: string;
      readonly meterPointId?: string;
    } = {},
): Promise<string> {
  throwIfUnused('registerVenResource', options);
  const load = loadOf(resource, options);
  const vtn = await connectVtn({ ...vtnOf(options), connections: 1 });
  try {
    const { retry } = options;
    const pacing = { kind: 'window', concurrency: 1 } as const;
    const link = createVtnLink({ transport: vtn.transport, pacing, ...(retry && { retry }) });
    return await registerOneLoad(load, { profile: vtn.profile, link, signal: options.signal });
  } finally {
    await vtn.transport.close();
  }
}

function loadOf(
  resource: VenResource,
  options: { readonly externalResourceId?: string; readonly meterPointId?: string },
): Load {
  const parsed = siteFromRow({
    resourceId: resource.resourceId,
    resourceName: resource.resourceName,
    resourceType: resource.resourceType ?? 'DSR',
    resourceSubType: resource.resourceSubType ?? null,
    meterPointId: options.meterPointId ?? resource.meterPointId,
    capacities: JSON.stringify(resource.capacities ?? {}),
    location: JSON.stringify(resource.location ?? {}),
    address: resource.address ?? null,
    ven: resource.ven,
    enabled: true,
    nameShared: 'no',
    problem: null,
    loads: [],
  });
  if (!parsed.ok) throw new VenfleetError('LOAD_INVALID', { problem: parsed.problem });
  const { loadComponent: component } = resource;
  return {
    loadId: resource.loadId,
    storeRef: undefined,
    externalResourceId: options.externalResourceId ?? externalResourceIdOf(resource.resourceId, component),
    component,
    name: loadNameOf(component, resource.loadName),
    nameShared: false,
    h5MeterId: resource.h5MeterId,
    trace: 'none',
    site: parsed.site,
  };
}
