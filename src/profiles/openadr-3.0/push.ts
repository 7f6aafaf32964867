import { openAdrPush } from '../openadr/push.ts';
import type { PushOptions, PushProfile } from '../push-profile.ts';

/**
 * How notifications are asked for in OpenADR 3.0: a subscription for each program. Its OpenAPI document calls operations CREATE,
 * UPDATE and DELETE; the Definition's examples, and some VTNs, name the HTTP methods.
 */
export function openAdr30Push(options: PushOptions): PushProfile {
  const wordings = [
    ['CREATE', 'UPDATE', 'DELETE'],
    ['POST', 'PUT', 'DELETE'],
  ];
  return openAdrPush({ name: 'openadr-3.0', subscriptionIsOf: 'program', wordings }, options);
}
