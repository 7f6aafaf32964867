import {
  defaultProfile,
  defaultVtnUrl,
  namesOfProfiles,
  profileNames,
  serviceLocationShapes,
} from '../../api/option-values.ts';
import { oneOf, text, wholeNumber } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** The VTN, real or simulated. */
export const vtnOptions = {
  vtnUrl: spec({
    flags: '--vtn-url <url>',
    env: 'VENFLEET_VTN_URL',
    help: 'base URL of the VTN',
    check: text(),
    default: defaultVtnUrl,
  }),
  port: spec({
    flags: '--port <n>',
    env: 'VENFLEET_PORT',
    help: 'loopback port to listen on; 0: any free one',
    helpOf: {
      serve: 'port that the page listens on; 0: any free one (default: 8080)',
      'serve demo': 'port that the page listens on; 0: any free one (default: 8080)',
    },
    headingOf: { serve: 'The page:', 'serve demo': 'The page:' },
    noDefaultIn: ['serve', 'serve demo'],
    check: wholeNumber(0, 65_535),
    default: 8000,
  }),
  mqttPort: spec({
    flags: '--mqtt-port <n>',
    env: 'VENFLEET_MQTT_PORT',
    help: 'openadr-3.1: also run an MQTT broker for notifications, on this loopback port; 0: any free one',
    check: wholeNumber(0, 65_535),
  }),
  mqttAuth: spec({
    flags: '--mqtt-auth <method>',
    env: 'VENFLEET_MQTT_AUTH',
    help: 'whom that broker lets in: anybody, or who has a token: ANONYMOUS, OAUTH2_BEARER_TOKEN',
    check: oneOf(['ANONYMOUS', 'OAUTH2_BEARER_TOKEN']),
    default: 'ANONYMOUS',
  }),
  profile: spec({
    flags: '--profile <name>',
    env: 'VENFLEET_PROFILE',
    help: `how the VTN speaks: ${profileNames.join(', ')}`,
    helpOf: {
      'report status': `only what is reported to VTNs that speak so: ${profileNames.join(', ')}`,
      ...ofStoredEvents(
        `how the VTN of the events speaks (default: as the one that was registered on): ${profileNames.join(', ')}`,
      ),
    },
    check: oneOf(profileNames),
    default: defaultProfile,
    noDefaultIn: ['report status', 'events list', 'events show', 'events explain'],
  }),
  serviceLocation: spec({
    flags: '--service-location <shape>',
    env: 'VENFLEET_SERVICE_LOCATION',
    help: `${namesOfProfiles(({ takes }) => takes.includes('serviceLocation'))}: how this VTN wants service_location: ${serviceLocationShapes.join(', ')}`,
    check: oneOf(serviceLocationShapes),
    default: 'string',
  }),
  proxy: spec({
    flags: '--proxy <url>',
    env: 'VENFLEET_PROXY',
    help: 'proxy, or none (default: HTTP_PROXY, HTTPS_PROXY, NO_PROXY)',
    check: text(),
  }),
} as const;

/** A help for the commands that look at stored events. */
function ofStoredEvents(help: string): Record<string, string> {
  return { 'events list': help, 'events show': help, 'events explain': help };
}
