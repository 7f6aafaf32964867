import { externalResourceIdOf, loadNameOf } from '../../fleet/components.ts';
import type { EventsProfile, NamedLoad } from '../../profiles/events-profile.ts';
import type { EventLoad } from '../../store/event-store.ts';
import type { LoadCapacities, SetpointLoad } from '../setpoints/instruction.ts';

/** A load as events know it. */
export interface IndexedLoad extends SetpointLoad {
  readonly vtnResourceId: string;
  readonly unreachable: EventLoad['unreachable'];
  /** As it is named on the VTN. */
  resourceName(): string;
}

/** What the loads of a site have in common: one object for all of them. */
export interface SiteOfIndex {
  readonly named: NamedLoad['site'];
  readonly venName: string;
  readonly isRegistered: boolean;
  readonly capacities: LoadCapacities;
  readonly profile: EventsProfile;
  /** Of its loads, in order. */
  components: readonly string[];
  /** The number of its first load; the others follow. */
  readonly first: number;
  loads: number;
}

/** A class, and what is the site's kept with the site: there are a hundred thousand of these (docs/performance.md). */
export class LoadOfIndex implements IndexedLoad {
  readonly loadId: string;
  readonly component: string;
  readonly vtnResourceId: string;
  readonly unreachable: IndexedLoad['unreachable'];
  /** Another load of its site has its name. */
  nameShared = false;
  readonly #loadName: string | null;
  readonly #site: SiteOfIndex;

  constructor({ loadId, component, vtnResourceId, unreachable, loadName }: EventLoad, site: SiteOfIndex) {
    this.loadId = loadId;
    this.component = component;
    this.vtnResourceId = vtnResourceId ?? '';
    this.unreachable = site.isRegistered ? unreachable : 'not-registered';
    this.#loadName = loadName;
    this.#site = site;
  }

  get venName(): string {
    return this.#site.venName;
  }

  get siteId(): string {
    return this.#site.named.resourceId;
  }

  get capacities(): LoadCapacities {
    return this.#site.capacities;
  }

  get siteComponents(): readonly string[] {
    return this.#site.components;
  }

  name(): string {
    return loadNameOf(this.component, this.#loadName);
  }

  resourceName(): string {
    const { component, nameShared } = this;
    const { named: site, profile } = this.#site;
    const externalResourceId = externalResourceIdOf(site.resourceId, component);
    return profile.resourceNameOf({ externalResourceId, component, name: this.name(), nameShared, site });
  }
}
