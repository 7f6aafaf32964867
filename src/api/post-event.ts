import type { Transport } from '../openadr/http/transport.ts';
import { profileNamed } from '../profiles/choose-profile.ts';
import { connectVtn, type VtnOptions } from './connect-vtn.ts';
import type { EventAction, EventPoster, EventWish, PostedEvent } from './post-event/event-wish.ts';

export type { EventAction, EventWish, PostedEvent } from './post-event/event-wish.ts';

/** Where an event is to be posted, and what it is to say. The credentials are business logic's (BL). */
export interface PostEventOptions
  extends Omit<
    VtnOptions,
    'venCredentials' | 'role' | 'clientIdTemplate' | 'serviceLocation' | 'onAskedToWait'
  > {
  readonly action: EventAction;
  readonly wish: EventWish;
}

/**
 * Makes an event on a VTN, changes it, or cancels it (OpenADR: by a start of "now" and no duration). A change takes the place
 * of what it names, and leaves the rest; a new value or time makes one interval of all. Throws EVENT_REFUSED, OADR_FORBIDDEN,
 * OADR_PROBLEM, VTN_UNREACHABLE, VTN_WRONG_VERSION, …
 */
export async function postEvent({ action, wish, ...options }: PostEventOptions): Promise<PostedEvent> {
  const { transport, checkVersion } = await connectVtn({ ...options, connections: 1 });
  try {
    await checkVersion();
    const poster = await posterFor(transport, options.profile);
    if (action.kind === 'create') return await poster.create(wish);
    if (action.kind === 'modify') return await poster.modify(action.id, wish);
    return await poster.cancel(action.id);
  } finally {
    await transport.close();
  }
}

async function posterFor(transport: Transport, profile: PostEventOptions['profile']): Promise<EventPoster> {
  const { openAdrVersion } = profileNamed(profile);
  if (openAdrVersion === undefined)
    return (await import('./post-event/gateway-poster.ts')).gatewayPoster(transport);
  return (await import('./post-event/openadr-poster.ts')).openAdrPoster(transport, openAdrVersion);
}
