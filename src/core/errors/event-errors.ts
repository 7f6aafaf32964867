import type { ErrorTexts } from './error-texts.ts';

/** Events. */
export const eventErrors = {
  EVENT_POLICY: {
    message: 'The event policy {path} cannot be used: {problem}.',
    hint: 'Correct it; docs/event-policy.md has every key.',
    retryable: false,
  },
  EVENT_REFUSED: {
    message: 'The VTN at {url} did not {task}: {problem}.',
    hint: "Programs and events are business logic's (BL) to make; an event that is changed is named by its id on the VTN.",
    retryable: false,
  },
  BROKER_INVALID: {
    message: 'The MQTT broker {url} cannot be used: {problem}.',
    hint: 'Give an address like mqtts://broker.example:8883 alone; a password goes into a file or a variable.',
    retryable: false,
  },
  EVENT_UNKNOWN: {
    message: 'The database has no event {event}.',
    hint: '"venfleet events list" shows those that it has; give the id of one.',
    retryable: false,
  },
  NO_ENROLMENT: {
    message: 'With profile {profile} loads are enrolled in no program.',
    hint: 'There, the targets of an event say which loads it is for: "venfleet events explain EVENT" shows them.',
    retryable: false,
  },
  PROGRAM_UNKNOWN: {
    message: 'The VTN at {url} {problem}.',
    hint: 'Give the id of a program, or its name, with --program.',
    retryable: false,
  },
  EVENT_SINK: {
    message: 'Dispatches cannot be handed to {sink}: {problem}.',
    hint: 'docs/dispatch.md says what each kind of sink needs.',
    retryable: false,
  },
  INSTRUCTIONS_UNACCOUNTED: {
    message: 'Nothing is known to have become of some instructions: {problem}.',
    hint: 'This is a fault of venfleet: report it. Run the same command again, which goes on with what its journal has as open.',
    retryable: true,
  },
  WEBHOOK_INVALID: {
    message: 'The webhook cannot be set up: {problem}.',
    hint: 'Give the address under which the VTN reaches it, and where it listens; docs/errors.md has more.',
    retryable: false,
  },
  WEBHOOK_LISTEN: {
    message: 'The webhook cannot listen on {address}: {problem}.',
    hint: 'Name another port, or end what uses this one.',
    retryable: true,
  },
} as const satisfies ErrorTexts;
