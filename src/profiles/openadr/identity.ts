import { textField } from '../answers/json-body.ts';
import { valuesMapText } from './values-map.ts';

/** The private attribute by which a resource is known as ours: its value is the load's external id. */
export const identityAttribute = 'EXTERNAL_RESOURCE_ID';

/** The attribute as it is sent: JSON text. */
export const identityText = (externalResourceId: string) =>
  valuesMapText(identityAttribute, externalResourceId);

/** Whose a resource is, as a VTN answers it: a load's external id; undefined where it does not say. */
export function externalIdOf(resource: unknown): string | undefined {
  const { attributes } = (resource ?? {}) as { attributes?: unknown };
  if (!Array.isArray(attributes)) return undefined;
  const found = attributes.find((attribute) => textField(attribute, 'type') === identityAttribute);
  const values = (found as { values?: unknown } | undefined)?.values;
  return Array.isArray(values) && typeof values[0] === 'string' ? values[0] : undefined;
}
