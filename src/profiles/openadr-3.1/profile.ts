import type { Profile } from '../profile.ts';

/** OpenADR 3.1: resources stand beside VENs, objects are of a type by role, targets are plain strings. */
export const openAdr31 = {
  name: 'openadr-3.1',
  openAdrVersion: '3.1',
  authStyle: 'form',
  takes: ['role', 'venCredentials', 'clientIdTemplate'],
  jobs: {
    async registration(options) {
      const { openAdr31Registration } = await import('./registration.ts');
      return openAdr31Registration(options);
    },
    async metering(options) {
      const { openAdr31Metering } = await import('./metering.ts');
      return openAdr31Metering(options);
    },
    async events(options) {
      const { openAdr31Events } = await import('./events.ts');
      return openAdr31Events(options);
    },
    async push(options) {
      const { openAdr31Push } = await import('./push.ts');
      return openAdr31Push(options);
    },
    async anchor(options) {
      const { openAdr31Anchor } = await import('./anchor.ts');
      return openAdr31Anchor(options);
    },
  },
} as const satisfies Profile;
