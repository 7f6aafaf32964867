/** A load as a program sees it. */
export interface LoadRecord {
  readonly loadId: string;
  readonly resourceId: string;
  readonly loadComponent: string;
  readonly loadName: string | null;
  readonly h5MeterId: string;
  readonly vtnResourceId: string | null;
  /** PENDING, APPROVED or SUSPENDED. */
  readonly registrationStatus: string | null;
}

/** Look-ups of single loads, and the one change that programs make which use the Python system's names. */
export interface LoadLookups {
  load(loadId: string): Promise<LoadRecord | undefined>;
  loadByVtnResourceId(vtnResourceId: string): Promise<LoadRecord | undefined>;
  /** In order of resource id and component. */
  loadsOfVen(venName: string): Promise<LoadRecord[]>;
  countByStatus(): Promise<Record<string, number>>;
  registeredSample(limit: number): Promise<LoadRecord[]>;
  /** False where there is no such load, or another has that VTN resource. */
  setVtnResourceId(loadId: string, vtnResourceId: string, status: string): Promise<boolean>;
}
