/** A place on the page: `#/loads/17?ven=Aalborg` has the view `loads`, the id `17` and the query. */
export interface Route {
  readonly view: string;
  readonly id: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

/** Reads a hash. What cannot be decoded is taken as it stands. */
export function routeOf(hash: string): Route {
  const [path = '', search = ''] = splitOnce(hash.replace(/^#?\/?/, ''), '?');
  const [view = '', ...rest] = path.split('/');
  const id = rest.join('/');
  return {
    view,
    id: id === '' ? undefined : decoded(id),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** The address of a place; parts of the query that are empty are left out. */
export function hrefOf(
  view: string,
  { id, query }: { id?: string; query?: Readonly<Record<string, string | undefined>> } = {},
): string {
  const search = searchOf(query ?? {});
  return `#/${view}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search}`;
}

/** The address of a link that the server gives: a path such as `/loads?state=failed`; anything else: the overview. */
export function hrefOfLink(link: string): string {
  return link.startsWith('/') && !link.startsWith('//') ? `#${link}` : '#/';
}

/** `?a=1&b=2`, without what is empty; nothing: ''. */
export function searchOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function splitOnce(text: string, at: string): string[] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
