import type { EventsOptions, EventsProfile } from '../events-profile.ts';
import { openAdrEvents } from '../openadr/events.ts';
import { selectionOf30, wireForms30 } from './events-selection.ts';

/** How events are read and answered in OpenADR 3.0: targets have types, and hide nothing from any VEN. */
export function openAdr30Events(options: EventsOptions): EventsProfile {
  const { targetRule = 'every' } = options;
  return openAdrEvents(
    {
      name: 'openadr-3.0',
      version: '3.0',
      ownQueries: () => [''],
      selectionOf: (event, program) => selectionOf30(targetRule, event, program),
      wireFormsOf: wireForms30,
    },
    options,
  );
}
