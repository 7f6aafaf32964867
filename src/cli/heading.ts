import { usedVtnUrl } from '../api/connect-vtn.ts';

interface Places {
  readonly vtnUrl: string;
  readonly profile: string;
  readonly db: string;
}

/** On which VTN and database a command works, for a person; its first line. */
export function heading({ vtnUrl, profile, db }: Places): string {
  return `VTN ${usedVtnUrl(vtnUrl)} (${profile}), database ${db}`;
}
