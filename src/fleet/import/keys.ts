import { hash } from 'node:crypto';

/** The namespaces of venfleet's own ids. Never change: the ids of imported sites hang on them. */
const siteNamespace = Buffer.from('6f1c2a523c555d0e9d3e1b7a6c8e4f01', 'hex');
const loadNamespace = Buffer.from('6f1c2a523c555d0e9d3e1b7a6c8e4f02', 'hex');

/** The resource id of a site that is known by its meter point alone. */
export function resourceIdOfMeterPoint(meterPointId: string): string {
  return uuidV5(siteNamespace, `meter point ${meterPointId}`);
}

/** The resource id of a site that is known by its title and address alone; case and spacing do not matter. */
export function resourceIdOfPlace(title: string, address: string): string {
  return uuidV5(siteNamespace, JSON.stringify([plainText(title), plainText(address)]));
}

/** The load id of a component of an imported site. */
export function loadIdOf(resourceId: string, component: string): string {
  return uuidV5(loadNamespace, `${resourceId}_${component}`);
}

/** 18 digits that stand for the meter point of a site of which it is not known: the same for the same site. */
export function meterPointOfSite(resourceId: string): string {
  const digits = hash('sha1', `meter point of ${resourceId}`, 'hex').slice(0, 12);
  return `707057500${String(Number.parseInt(digits, 16) % 1_000_000_000).padStart(9, '0')}`;
}

/** The meter that is taken for a site of which none is named: the meter file names them by meter point. */
export function h5MeterOfMeterPoint(meterPointId: string): string {
  return `meter_${meterPointId}`;
}

function plainText(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** A UUID of version 5 (RFC 9562): SHA-1 of a namespace and a name. */
function uuidV5(namespace: Buffer, name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
