import type { Dialect, Handler, Reply, Route } from './dialect.ts';

type Methods = Readonly<Record<string, Handler>>;
/** Handlers by path and method; `{…}` stands for one variable part. */
export type RouteTable = Readonly<Record<string, Methods>>;

interface Pattern {
  readonly form: string;
  /** Between its slashes; undefined: a variable one. */
  readonly parts: readonly (string | undefined)[];
  /** By method; made when first asked for. */
  readonly routes: Map<string, Omit<Route, 'params'>>;
  readonly methods: Methods;
}

/** Finds the handler of a path: 404 where there is none, 405 where there is none for the method. */
export function createRouter(table: RouteTable, problem: Dialect['problem']): Dialect['route'] {
  const exact = new Map<string, Pattern>();
  const patterns: Pattern[] = [];
  for (const [form, methods] of Object.entries(table)) {
    const pattern = {
      form,
      parts: form.split('/').map((part) => (part.startsWith('{') ? undefined : part)),
      routes: new Map(),
      methods,
    };
    if (form.includes('{')) patterns.push(pattern);
    else exact.set(form, pattern);
  }
  const notFound = () => problem(404, 'Not Found');
  const notAllowed = (methods: Methods) => (): Reply => ({
    ...problem(405, 'Method Not Allowed'),
    headers: { allow: Object.keys(methods).join(', ') },
  });
  const routeOf = ({ form, routes, methods }: Pattern, method: string, params: readonly string[]): Route => {
    let route = routes.get(method);
    if (!route) {
      // HEAD is GET, whose body the HTTP server then leaves out.
      const handle = methods[method === 'HEAD' ? 'GET' : method] ?? notAllowed(methods);
      route = { kind: `${method} ${form}`, handle };
      routes.set(method, route);
    }
    return { ...route, params };
  };
  return (method, path) => {
    const pattern = exact.get(path);
    if (pattern) return routeOf(pattern, method, []);
    const parts = path.split('/');
    for (const candidate of patterns) {
      const params = match(candidate.parts, parts);
      if (params) return routeOf(candidate, method, params);
    }
    return { kind: `${method} (unknown path)`, handle: notFound, params: [] };
  };
}

function match(pattern: Pattern['parts'], parts: readonly string[]): string[] | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: string[] = [];
  for (let index = 0; index < parts.length; index += 1) {
    const [wanted, part] = [pattern[index], parts[index] as string];
    if (wanted !== undefined) {
      if (wanted !== part) return undefined;
    } else if (part === '') return undefined;
    else params.push(decode(part));
  }
  return params;
}

function decode(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
