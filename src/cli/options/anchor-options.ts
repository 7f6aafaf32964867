import { defaultAnchorNames, defaultEventProgram } from '../../api/option-values.ts';
import { text } from '../../core/options.ts';
import { spec } from './option-spec.ts';

/** The program and the event that OpenADR reports are filed under. */
export const anchorOptions = {
  program: spec({
    flags: '--program <id>',
    env: 'VENFLEET_PROGRAM',
    help: 'the program of --event',
    helpOf: {
      'report prepare': 'take this program, by its id on the VTN',
      'events enrol': 'the program, by its id on the VTN or its name',
      'vtn event': `the program, by its id on the VTN or its name; made where it is missing (default: ${defaultEventProgram})`,
    },
    check: text(),
  }),
  event: spec({
    flags: '--event <id>',
    env: 'VENFLEET_EVENT',
    help: 'the event that OpenADR reports are filed under (default: that of "venfleet report prepare")',
    helpOf: {
      'report prepare': 'take this event, by its id on the VTN, and its program',
      'report status': 'only what was reported under this event',
      'events history': 'what was handed over of this event, by its id on the VTN',
    },
    check: text(),
  }),
  programName: spec({
    flags: '--program-name <name>',
    env: 'VENFLEET_PROGRAM_NAME',
    help: `find or make the program of this name (default: ${defaultAnchorNames.programName})`,
    check: text(),
  }),
  eventName: spec({
    flags: '--event-name <name>',
    env: 'VENFLEET_EVENT_NAME',
    help: `find or make the event of this name in it (default: ${defaultAnchorNames.eventName})`,
    check: text(),
  }),
} as const;
