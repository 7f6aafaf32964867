import { openAdrPush } from '../openadr/push.ts';
import type { PushOptions, PushProfile } from '../push-profile.ts';
import { openAdr31Notifiers } from './notifiers.ts';

/** How notifications are asked for in OpenADR 3.1: one subscription for all programs; brokers and their topics. */
export function openAdr31Push(options: PushOptions): PushProfile {
  const wordings = [['CREATE', 'UPDATE', 'DELETE']];
  return openAdrPush(
    { name: 'openadr-3.1', subscriptionIsOf: 'all', wordings, notifiers: openAdr31Notifiers },
    options,
  );
}
