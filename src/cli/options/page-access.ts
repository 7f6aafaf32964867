import { VenfleetError } from '../../core/errors.ts';
import { isLoopback } from '../../server/access.ts';
import type { CommandContext } from '../command.ts';
import { namesOf } from './option-spec.ts';
import { pageOptions } from './serve-options.ts';
import { readText } from './vtn-access.ts';

/** The options that say where the page is, and who may see it. */
export const pageNames = ['port', ...namesOf(pageOptions)] as const;

/** Where the page listens, and who may look and act there. */
export interface PageAccess {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly allowActions: boolean;
  readonly behindProxy: boolean;
}

/** One that no VTN of the documents has. */
const defaultPagePort = 8080;

/** What the options say of the page. Throws BAD_OPTION where anybody could see it, or act without a token; TOKEN_FILE. */
export function pageAccess({
  values,
  nearest,
  sourceOf,
  command,
}: CommandContext<(typeof pageNames)[number]>): PageAccess {
  const { pageToken, pageTokenFile: path, allowActions, behindProxy } = values;
  // As in an address: [::1].
  const host = values.host.replace(/^\[(.*)\]$/, '$1');
  const isOwn = path === undefined || nearest('pageToken', 'pageTokenFile').has('pageToken');
  const token = isOwn ? pageToken : secretIn(path);
  const refuse = (problem: string) => new VenfleetError('BAD_OPTION', { problem, command });
  const give = 'give one with --page-token-file or VENFLEET_PAGE_TOKEN';
  if (allowActions && token === undefined) throw refuse(`--allow-actions needs a token: ${give}.`);
  if (token === undefined && !behindProxy && !isLoopback(host))
    throw refuse(`--host ${host} is open to others, and needs a token: ${give}, or say --behind-proxy.`);
  const port = sourceOf('port') === 'default' ? defaultPagePort : values.port;
  return { host, port, token, allowActions, behindProxy };
}

function secretIn(path: string): string {
  const what = "page's token";
  const token = readText(path, 'TOKEN_FILE', what).trim();
  if (token === '') throw new VenfleetError('TOKEN_FILE', { path, what, problem: 'it is empty' });
  return token;
}
