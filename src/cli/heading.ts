import { parseBaseUrl } from '../openadr/http/base-url.ts';
import { plain } from './render/text.ts';

interface Places {
  readonly vtnUrl: string;
  readonly profile: string;
  readonly db: string;
}

/** On which VTN and database a command works, for a person; its first line. */
export function heading({ vtnUrl, profile, db }: Places): string {
  return plain(`VTN ${shownUrl(vtnUrl)} (${profile}), database ${db}`);
}

/** A VTN's URL as it is used. Throws VTN_URL, e.g. for one that carries credentials. */
export function shownUrl(vtnUrl: string): string {
  return parseBaseUrl(vtnUrl).url;
}
