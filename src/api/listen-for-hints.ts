import { z } from 'zod';
import type { VtnLink } from '../delivery/vtn-link.ts';
import type { FollowRequest } from '../events/follow/follow-events.ts';
import { startMqttHints } from '../events/receive/mqtt-hints.ts';
import { startWebhookHints } from '../events/receive/webhook-hints.ts';
import { profileNamed } from '../profiles/choose-profile.ts';
import type { EventsProfile } from '../profiles/events-profile.ts';
import type { OpenAdrRole } from '../profiles/openadr-role.ts';
import type { Store } from '../store/store.ts';
import type { Vtn, VtnOptions } from './connect-vtn.ts';

/** How the VTN may say that something changed, so that it is read at once; polling goes on all the same. */
export interface HintOptions {
  /** Have the VTN call a webhook: OpenADR alone. Default: not at all. */
  readonly webhook?: WebhookOptions | undefined;
  /** Listen to the VTN's MQTT broker: OpenADR 3.1 alone. Default: not at all. */
  readonly listenMqtt?: boolean | undefined;
}

export interface WebhookOptions {
  /** The address by which the VTN reaches it. */
  readonly publicUrl: string;
  /** HOST:PORT to listen on. Default `127.0.0.1:0`: any free port. */
  readonly listen?: string | undefined;
  /** PEM: without them it speaks plain HTTP, for a proxy before it. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export const hintChecks = {
  webhook: z
    .strictObject({
      publicUrl: z.string(),
      listen: z.string().optional(),
      tls: z.strictObject({ cert: z.string(), key: z.string() }).optional(),
    })
    .optional(),
  listenMqtt: z.boolean().optional(),
};

interface Surroundings {
  readonly link: VtnLink;
  readonly profile: EventsProfile;
  readonly role: OpenAdrRole | undefined;
  readonly vens: readonly string[];
  readonly store: Pick<Store, 'venIds'>;
  readonly tokenOf: Vtn['tokenOf'];
}

/** What begins to listen as the options ask for; undefined: nothing is to be listened to. */
export async function listenWith(
  options: HintOptions & VtnOptions,
  { link, profile, role, vens, store, tokenOf }: Surroundings,
): Promise<FollowRequest['listen']> {
  const { webhook, listenMqtt } = options;
  if (!webhook && !listenMqtt) return undefined;
  const push = await profileNamed(options.profile).jobs.push?.({ role });
  return async (listener, programs) => {
    const harmless = () => profile.eventListings(vens[0]).map((listing) => listing.page(0));
    const shared = { link, harmless, programs, listener };
    const sources = [];
    if (webhook) {
      if (push) sources.push(await startWebhookHints({ ...shared, ...webhook, profile: push, vens }));
      else listener.onState('webhook', 'this kind of VTN calls none');
    }
    if (listenMqtt) {
      const ids = await store.venIds();
      const readers =
        push?.readsAs === 'ven'
          ? vens.map((venName) => ({ venName, vtnVenId: ids.get(venName) }))
          : [{ venName: undefined }];
      const { notifiers } = push ?? {};
      const clientId = (venName: string | undefined) =>
        (venName === undefined ? options.credentials : options.venCredentials?.[venName])?.clientId;
      if (notifiers)
        sources.push(
          startMqttHints({ ...shared, notifiers, readers, token: tokenOf, clientId, tls: options.tls }),
        );
      else listener.onState('mqtt', 'this kind of VTN has no broker');
    }
    return sources;
  };
}
