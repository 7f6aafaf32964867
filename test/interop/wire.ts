/** The smallest requests of both generations, written by hand from the specification for the interop tests. */
import type { Answer } from './http.ts';
import type { OpenLeadr } from './openleadr.ts';

/** What these requests are sent to. */
type Vtn = Pick<OpenLeadr, 'generation' | 'call'>;

/** Sends one request as BL, or with the token given. */
export type Post = (path: string, body: unknown, token?: string) => Promise<Answer>;

export function poster(vtn: Vtn): Post {
  return (path, body, token) =>
    vtn.call(path, { method: 'POST', body, ...(token === undefined ? {} : { token }) });
}

/** Creates a VEN as BL and returns the answer. */
export function createVen(vtn: Vtn, venName: string, clientID: string, rest: object = {}): Promise<Answer> {
  const own = vtn.generation === '3.0' ? {} : { objectType: 'BL_VEN_REQUEST', clientID };
  return poster(vtn)('/vens', { ...own, venName, ...rest });
}

/** The collection of a VEN's resources: to post to, and to list with a query that begins with `&`. */
export function resourcesOf(vtn: Vtn, venID: string, query = ''): string {
  return vtn.generation === '3.0' ? `/vens/${venID}/resources?${query}` : `/resources?venID=${venID}${query}`;
}

/** The body of a resource as BL. */
export function resourceBody(vtn: Vtn, venID: string, resourceName: string, rest: object = {}): object {
  const own = vtn.generation === '3.0' ? {} : { objectType: 'BL_RESOURCE_REQUEST', clientID: 'any', venID };
  return { ...own, resourceName, ...rest };
}

/** Creates a resource as BL, or with the token given, and returns the answer. */
export function createResource(
  vtn: Vtn,
  venID: string,
  resourceName: string,
  rest: object = {},
  token?: string,
): Promise<Answer> {
  const path = vtn.generation === '3.0' ? `/vens/${venID}/resources` : '/resources';
  return poster(vtn)(path, resourceBody(vtn, venID, resourceName, rest), token);
}

/** Where one resource is. */
export function resourcePath(vtn: Vtn, venID: string, id: string): string {
  return vtn.generation === '3.0' ? `/vens/${venID}/resources/${id}` : `/resources/${id}`;
}
