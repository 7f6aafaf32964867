import type { Profile } from '../profile.ts';

/** The gateway that the Python system registers with: REST in snake_case, resources known by `external_resource_id`. */
export const flexGateway = {
  name: 'flex-gateway',
  openAdrVersion: undefined,
  authStyle: 'basic',
  takes: ['serviceLocation'],
  jobs: {
    async registration(options) {
      const { flexGatewayRegistration } = await import('./registration.ts');
      return flexGatewayRegistration(options);
    },
    async metering(options) {
      const { flexGatewayMetering } = await import('./metering.ts');
      return flexGatewayMetering(options);
    },
    async events(options) {
      const { flexGatewayEvents } = await import('./events.ts');
      return flexGatewayEvents(options);
    },
  },
} as const satisfies Profile;
