import type { Send } from '../helpers.ts';

const attribute = (name: string, value: string) => ({
  attribute_type: name.toLowerCase(),
  attribute_name: name,
  attribute_values: [value],
});

/** The body of load number `n` of a hotel in Aalborg, as the protocol has it. */
export function loadBody(n: number) {
  return {
    id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    resource_name: `Hotel "Æ" ${n} - Water Heater`,
    resource_type: 'DSR',
    ven_name: 'Aalborg',
    external_resource_id: `site-${n}_load_1`,
    service_location: '707057500504404881',
    attributes: [
      attribute('resource_sub_type', 'Hotels'),
      attribute('P_max_kw', '50.0'),
      attribute('E_min_kwh', '0.0'),
      attribute('longitude', '9.736535'),
      attribute('latitude', '57.158158'),
      attribute('address', 'Østergade 1'),
      attribute('load_component', 'load_1'),
      attribute('load_name', 'Water Heater'),
      attribute('h5_meter_id', 'meter_7'),
    ],
  };
}

/** The same, with `service_location` as an object. */
export function loadBodyWithObject(n: number) {
  const body = loadBody(n);
  return {
    ...body,
    service_location: { meterpoint_id: '707057500504404881', longitude: 9.736535, latitude: 57.158158 },
    attributes: body.attributes.filter(({ attribute_name }) => !/itude$/.test(attribute_name)),
  };
}

export const aalborg = { ven_name: 'Aalborg', client_name: 'Client_Aalborg' };

/** Stores the VEN and `count` loads, and returns the VTN's ids of these. */
export async function stored(send: Send, count: number): Promise<string[]> {
  await send('POST', '/vens', aalborg);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await send('POST', '/resources', loadBody(n))).body.id);
  return ids;
}
