/** The load components behind one meter, and the usual name of each. */
export const componentNames: Readonly<Record<string, string>> = {
  load_0: 'Base Load',
  load_1: 'Water Heater',
  load_2: 'HVAC',
  load_3: 'Kitchen Appliances',
  load_4: 'Lighting',
  load_5: 'Other Appliances',
};

/** The usual six components in order, e.g. for the loads of a newly imported site. */
export const usualComponents: readonly string[] = Object.keys(componentNames);

/** A load's name: its own, else the usual one of its component, else the component itself. */
export function loadNameOf(component: string, ownName: string | null | undefined): string {
  return ownName?.trim() || componentNames[component] || component;
}

/** The identity of a load outside the database: `<resource_id>_<load_component>`. */
export function externalResourceIdOf(resourceId: string, component: string): string {
  return `${resourceId}_${component}`;
}
