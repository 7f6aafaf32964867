import { defaultEventProgram } from '../api/option-values.ts';
import { type EventAction, type EventWish, postEvent } from '../api/post-event.ts';
import { VenfleetError } from '../core/errors.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { namesOf } from './options/option-spec.ts';
import { eventWishOptions } from './options/posted-event-options.ts';
import { businessAccess, businessAccessNames } from './options/vtn-access.ts';
import { print, printJson, tell } from './render/output.ts';

/** What an event says. */
const wishOptions = ['program', ...namesOf(eventWishOptions)] as const;

const eventOptions = [...wishOptions, 'modify', 'cancel', 'json', ...businessAccessNames] as const;

type EventContext = CommandContext<(typeof eventOptions)[number]>;

export const vtnEvent: CommandDefinition<(typeof eventOptions)[number]> = {
  name: 'vtn event',
  description:
    'The VTN may be a running "venfleet vtn", or any other that takes our credentials for those of business logic (BL). ' +
    "The event's id is printed.",
  options: eventOptions,
  examples: [
    'venfleet vtn event --type SIMPLE --value 2 --duration PT30M',
    'venfleet vtn event --profile openadr-3.0 --target VEN_NAME=Aalborg',
    'venfleet vtn event --profile openadr-3.1 --modify 1f0c2a --value 3',
    'venfleet vtn event --profile openadr-3.1 --cancel 1f0c2a',
  ],
  async run(context) {
    const { values, signal, log } = context;
    const action = actionOf(context);
    const wish = wishOf(context);
    const posted = await postEvent({ ...businessAccess(context), action, wish, signal, log });
    log.info({ ...posted, action: action.kind, profile: values.profile }, 'event posted');
    if (values.json) {
      printJson({ action: action.kind, ...posted });
      return 0;
    }
    if (posted.programMade) tell(`venfleet: made program "${values.program ?? defaultEventProgram}" for it`);
    print(posted.id);
    return 0;
  },
};

function refuse(problem: string): VenfleetError {
  return new VenfleetError('BAD_OPTION', { problem, command: 'vtn event' });
}

/** Throws BAD_OPTION. */
function actionOf({ values, sourceOf, nearest }: EventContext): EventAction {
  const nearer = nearest('modify', 'cancel');
  if (nearer.size > 1) throw refuse('--modify and --cancel cannot go together.');
  if (nearer.has('modify')) return { kind: 'modify', id: values.modify as string };
  if (!nearer.has('cancel')) return { kind: 'create' };
  const [other] = wishOptions.filter((name) => sourceOf(name) === 'flag');
  if (other !== undefined) throw refuse('--cancel changes nothing else of the event.');
  return { kind: 'cancel', id: values.cancel as string };
}

/** Throws BAD_OPTION for what this kind of VTN has no word for. */
function wishOf({ values }: EventContext): EventWish {
  const { profile, program, name, type, start, duration, randomizeStart, priority, report } = values;
  if (profile === 'flex-gateway' && report)
    throw refuse('--report is for OpenADR: a gateway asks for no reports.');
  if (profile === 'flex-gateway' && randomizeStart !== undefined)
    throw refuse('--randomize-start is for OpenADR: a gateway has no word for it.');
  return {
    ...{ program, name, type, start, duration, randomizeStart, priority },
    reports: report,
    values: values.value?.map(plainValue),
    targets: values.target?.map((target) => targetOf(target, profile)),
  };
}

/** `2`, `true`, or a text. */
function plainValue(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

function targetOf(text: string, profile: string): { type: string | null; value: string } {
  const [, type, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (profile === 'openadr-3.1') return { type: null, value: text };
  if (type !== undefined && value !== undefined) return { type, value };
  if (profile === 'openadr-3.0')
    throw refuse(`--target: "${text}" is not TYPE=value, as OpenADR 3.0 has it.`);
  return { type: null, value: text };
}
