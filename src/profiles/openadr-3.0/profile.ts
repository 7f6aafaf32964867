import type { Profile } from '../profile.ts';

/** OpenADR 3.0: resources live within their VEN, targets are valuesMaps. */
export const openAdr30 = {
  name: 'openadr-3.0',
  openAdrVersion: '3.0',
  authStyle: 'form',
  takes: ['role', 'venCredentials'],
  jobs: {
    async registration(options) {
      const { openAdr30Registration } = await import('./registration.ts');
      return openAdr30Registration(options);
    },
    async metering(options) {
      const { openAdr30Metering } = await import('./metering.ts');
      return openAdr30Metering(options);
    },
    async events(options) {
      const { openAdr30Events } = await import('./events.ts');
      return openAdr30Events(options);
    },
    async push(options) {
      const { openAdr30Push } = await import('./push.ts');
      return openAdr30Push(options);
    },
    async anchor(options) {
      const { openAdr30Anchor } = await import('./anchor.ts');
      return openAdr30Anchor(options);
    },
  },
} as const satisfies Profile;
