/** `,"field":…`, or nothing where the JSON text is empty. */
export function listField(field: string, json: string): string {
  return json === '' ? '' : `,"${field}":${json}`;
}
