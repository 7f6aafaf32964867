import { useEffect, useState } from 'preact/hooks';
import { type Route, routeOf } from './route.ts';

/** Where the page is, and again whenever that changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const read = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return route;
}

/** Goes elsewhere without a step to come back to: for filters, which change with each letter. */
export function replaceHref(href: string): void {
  history.replaceState(null, '', href);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
