import type { Answer } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { notifiers, notifierTopics } from '../../openadr/schemas/v31.ts';
import { describeBody, jsonBody } from '../answers/json-body.ts';
import { readFindRefusal } from '../answers/read-refusal.ts';
import { problemDetail } from '../openadr/problem-detail.ts';
import type { BrokerOffer, NotifierTopics, PushNotifiers, TopicSubject } from '../push-profile.ts';

/** How an OpenADR 3.1 VTN is asked for its broker, and for the topics of it (Definition, notifiers). */
export const openAdr31Notifiers: PushNotifiers = {
  broker: (venName) => ({ request: asked('/notifiers', venName), read: readBroker }),
  topics: (subject, venName) => ({
    request: asked(`/notifiers/mqtt/topics/${pathOf(subject)}`, venName),
    read: readTopics,
  }),
};

function asked(path: string, venName: string | undefined) {
  return { method: 'GET', path, ...(venName !== undefined && { as: venName }) } as const;
}

function pathOf(subject: TopicSubject): string {
  switch (subject.of) {
    case 'program-events':
      return `programs/${encodeURIComponent(subject.programId)}/events`;
    case 'ven-events':
      return `vens/${encodeURIComponent(subject.vtnVenId)}/events`;
    case 'ven-programs':
      return `vens/${encodeURIComponent(subject.vtnVenId)}/programs`;
    default:
      return subject.of;
  }
}

function readBroker(response: WireResponse): Answer<BrokerOffer | null> {
  const { status } = response;
  // A VTN that has no notifiers at all.
  if (status === 404 || status === 410 || status === 501) return { kind: 'done', value: null };
  if (status !== 200) return readFindRefusal(response, problemDetail);
  const read = notifiers.safeParse(jsonBody(response));
  if (!read.success)
    return { kind: 'refused', status, reason: `HTTP 200 with other notifiers: ${withoutKeys(response)}` };
  const { MQTT: mqtt } = read.data;
  if (mqtt === null) return { kind: 'done', value: null };
  const { URIS: urls, serialization } = mqtt;
  if (urls.length === 0) return { kind: 'done', value: null };
  if (serialization.toUpperCase() !== 'JSON')
    return { kind: 'refused', status, reason: `its broker speaks ${serialization.slice(0, 40)}, not JSON` };
  return { kind: 'done', value: { urls, authentication: authenticationOf(mqtt.authentication) } };
}

/** A client's private key may stand in it. */
function withoutKeys(response: WireResponse): string {
  return /PRIVATE KEY|clientKey/.test(response.body)
    ? 'its authentication is incomplete'
    : describeBody(response);
}

type Mqtt = NonNullable<ReturnType<typeof notifiers.parse>['MQTT']>;

function authenticationOf(shown: Mqtt['authentication']): BrokerOffer['authentication'] {
  switch (shown.method) {
    case 'ANONYMOUS':
      return { method: 'anonymous' };
    case 'CERTIFICATE':
      return { method: 'certificate', ca: shown.caCert, cert: shown.clientCert, key: shown.clientKey };
    default:
      return { method: 'token', username: shown.username === '{clientID}' ? null : shown.username };
  }
}

function readTopics(response: WireResponse): Answer<readonly NotifierTopics[]> {
  const { status } = response;
  if (status !== 200) return readFindRefusal(response, problemDetail);
  const read = notifierTopics.safeParse(jsonBody(response));
  if (!read.success)
    return { kind: 'refused', status, reason: `HTTP 200 without topics: ${describeBody(response)}` };
  const { CREATE, UPDATE, DELETE, ALL } = read.data.topics;
  const each = [CREATE, UPDATE, DELETE].filter((topic) => isTopic(topic));
  const said: NotifierTopics = { all: isTopic(ALL) ? ALL : undefined, each };
  if (said.all === undefined && each.length === 0)
    return { kind: 'refused', status, reason: 'HTTP 200 without a topic that can be one' };
  const used = { all: said.all && rearranged(said.all), each: each.map(rearranged) };
  const isOther = used.all !== said.all || used.each.some((topic, index) => topic !== each[index]);
  return { kind: 'done', value: isOther ? [said, used] : [said] };
}

/** What MQTT allows (section 4.7), and a broker takes. */
const isTopic = (topic: string | null): topic is string =>
  topic !== null && topic !== '' && Buffer.byteLength(topic) <= 1_024 && !/\p{Cc}/u.test(topic);

/** OpenLEADR 0.2 says `events/vens/{id}/…`, and publishes on `vens/{id}/events/…`; of programs alike, behind any prefix. */
function rearranged(topic: string): string {
  return topic.replace(/(^|\/)(events|programs)\/vens\/([^/]+)(?=\/)/, '$1vens/$3/$2');
}
