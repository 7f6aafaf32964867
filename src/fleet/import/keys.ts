import { createHash } from 'node:crypto';

/** The namespaces of venfleet's own ids. Never change: the ids of imported sites hang on them. */
const siteNamespace = '6f1c2a52-3c55-5d0e-9d3e-1b7a6c8e4f01';
const loadNamespace = '6f1c2a52-3c55-5d0e-9d3e-1b7a6c8e4f02';

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
  const hash = createHash('sha1').update(`meter point of ${resourceId}`).digest();
  return `707057500${String(hash.readUIntBE(0, 6) % 1_000_000_000).padStart(9, '0')}`;
}

/** The meter that is taken for a site of which none is named: the meter file names them by meter point. */
export function h5MeterOfMeterPoint(meterPointId: string): string {
  return `meter_${meterPointId}`;
}

function plainText(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** A UUID of version 5 (RFC 9562): SHA-1 of a namespace and a name. */
function uuidV5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name);
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20].map((at, index, cuts) => hex.slice(at, cuts[index + 1])).join('-');
}
