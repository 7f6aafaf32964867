import type { HintSource } from './hint.ts';
import { keepSubscriptions, type SubscriptionsOptions } from './subscriptions.ts';
import { listenForWebhooks, type WebhookReceiver, type WebhookReceiverOptions } from './webhook-receiver.ts';

export type WebhookHintsOptions = Omit<SubscriptionsOptions, 'callback'> &
  Omit<WebhookReceiverOptions, 'clock'>;

export interface WebhookHints
  extends HintSource,
    Pick<WebhookReceiver, 'callbackUrl' | 'listensOn' | 'counts'> {
  /** The VTN has other programs than before. */
  programsChanged(): void;
}

/**
 * Has the VTN call a webhook whenever an event or a program changes. `onState` says null once it will. Throws WEBHOOK_INVALID,
 * WEBHOOK_LISTEN; never what the VTN answers.
 */
export async function startWebhookHints(options: WebhookHintsOptions): Promise<WebhookHints> {
  // First of all it must listen: a VTN may call before it takes the subscription.
  const receiver = await listenForWebhooks({ ...options, clock: options.link.clock });
  const { callbackUrl, token, listensOn, counts } = receiver;
  const subscriptions = keepSubscriptions({ ...options, callback: { callbackUrl, bearerToken: token } });
  return {
    via: 'webhook',
    callbackUrl,
    listensOn,
    counts,
    programsChanged: subscriptions.programsChanged,
    async close() {
      await subscriptions.close();
      await receiver.close();
    },
  };
}
