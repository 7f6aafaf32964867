import type { GridEvent } from '../../fleet/grid-event.ts';
import type { EventsOptions, EventsProfile, Selection, TargetKind } from '../events-profile.ts';
import { openAdrEvents } from '../openadr/events.ts';
import { targetForms, targetOf } from '../openadr/targets.ts';

/**
 * How events are read and answered in OpenADR 3.1. A VEN asks without targets and with its own: asked without, some VTNs show
 * only what has no targets; asked with some, OpenLEADR leaves that out.
 */
export function openAdr31Events(options: EventsOptions): EventsProfile {
  return openAdrEvents(
    {
      name: 'openadr-3.1',
      version: '3.1',
      ownQueries: (venName) => ['', `targets=${targetOf(venName)}&`],
      selectionOf,
      wireFormsOf: wireForms,
    },
    options,
  );
}

/** What registration makes targets of (`plainTargets`): a text does not say which of these it names. */
const kinds: readonly TargetKind[] = ['ven', 'meter-point', 'component', 'sub-type', 'load'];

/**
 * An object with targets is for whoever shares one of them: in 3.1 a text more is always loads more. Programs' targets say who
 * may see them, and the VTN shows their events accordingly. A target with a type is 3.0's: it names no load here.
 */
function selectionOf({ targets }: GridEvent): Selection {
  return {
    groups: targets.map(({ type, values }) => ({
      label: type ?? 'target',
      kinds: type === null ? kinds : [],
      values,
    })),
    combine: 'any',
    enrolledIn: null,
    programGroups: null,
  };
}

/** The VTN's own ids have the form of targets, and nobody makes targets of them. */
function wireForms(kind: TargetKind, name: string): readonly string[] {
  return kind === 'resource' || kind === 'ven-id' ? [name] : targetForms(name);
}
