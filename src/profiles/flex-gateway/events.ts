import type { Answer } from '../../delivery/outcome.ts';
import type { WireResponse } from '../../openadr/http/transport.ts';
import { jsonBody } from '../answers/json-body.ts';
import { readChange } from '../answers/read-changes.ts';
import { eventOfBody, readEventPage, readProgramPage } from '../answers/read-events.ts';
import { reasonOf } from '../answers/read-refusal.ts';
import type { EventsOptions, EventsProfile, ReceivedEvent } from '../events-profile.ts';
import { readGatewayEvent, readGatewayProgram } from './events-read.ts';
import { gatewaySelection } from './events-selection.ts';
import { listOf } from './list-of.ts';
import { validationDetail } from './validation-detail.ts';

/**
 * How events of the gateway are read and answered: it lists all of them at once, wants an answer of each VEN, and has its loads
 * enrolled in programs.
 */
export function flexGatewayEvents({
  targetRule = 'every',
}: Pick<EventsOptions, 'targetRule'> = {}): EventsProfile {
  return {
    name: 'flex-gateway',
    readsAs: 'all',
    eventListings: () => [
      { pageSize: undefined, page: () => ({ method: 'GET', path: '/events' }), readPage: readEvents },
    ],
    programListings: () => [
      {
        pageSize: undefined,
        page: () => ({ method: 'GET', path: '/programs' }),
        readPage: (response) => readProgramPage(response, listOf, readGatewayProgram, validationDetail),
      },
    ],
    eventOfId: (id) => ({
      // Nothing is known of a way to ask for one event alone, and a 404 to that would look as if it were gone.
      request: { method: 'GET', path: '/events' },
      read: (response) => findEvent(id, response),
    }),
    eventOfBody: (body) => eventOfBody(body, readGatewayEvent),
    selectionOf: (event) => gatewaySelection(targetRule, event),
    // It is told everything as it is.
    wireFormsOf: (_kind, name) => [name],
    resourceNameOf: ({ site, name }) => `${site.name} - ${name}`,
    answering: {
      answer: (eventId, { name, vtnVenId }, answer) => ({
        request: {
          method: 'POST',
          path: `/events/${encodeURIComponent(eventId)}/responses`,
          body: JSON.stringify({
            event_id: eventId,
            ...(vtnVenId !== undefined && { ven_id: vtnVenId }),
            response_type: answer,
          }),
          as: name,
        },
        read: (response) => readDone(response, `the VTN does not know event ${eventId}`),
      }),
    },
    enrolling: {
      enrol(programId, vtnResourceId) {
        const resource = encodeURIComponent(vtnResourceId);
        return {
          request: {
            method: 'POST',
            path: `/programs/${encodeURIComponent(programId)}/resources?resource_id=${resource}`,
          },
          read: (response) =>
            // Without the id of the resource: what fails alike is counted together.
            readDone(response, `the VTN does not know program ${programId}, or the load's resource`),
        };
      },
    },
  };
}

function readEvents(response: WireResponse): Answer<readonly ReceivedEvent[]> {
  return readEventPage(response, listOf, readGatewayEvent, validationDetail);
}

function findEvent(id: string, response: WireResponse): Answer<ReceivedEvent | undefined> {
  const answer = readEvents(response);
  if (answer.kind !== 'done') return answer;
  return { kind: 'done', value: answer.value.find((event) => event.id === id) };
}

/** Reads the answer to what may be sent again: that it was done before is success, however the gateway says it. */
function readDone(response: WireResponse, ifGone: string): Answer<null> {
  const { status } = response;
  const said = validationDetail(jsonBody(response)) ?? '';
  const wasDone = status === 409 || ((status === 400 || status === 422) && /\balready\b/i.test(said));
  if (wasDone) return { kind: 'done', value: null };
  const answer = readChange(response, validationDetail);
  if (answer.kind !== 'done') return answer;
  if (answer.value === 'changed') return { kind: 'done', value: null };
  return { kind: 'refused', status, reason: reasonOf(response, said === '' ? ifGone : `${ifGone}: ${said}`) };
}
