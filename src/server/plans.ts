import { isoTime } from '../api/event-status/iso-time.ts';
import type { KeptPlan } from '../api/keep/fleet-keeper.ts';
import type { PlanAction } from '../api/plan.ts';
import type { PlanView } from './schemas/actions.ts';
import { writable } from './writable.ts';

/** Actions of a plan that are shown. */
const mostActions = 200;

/** A plan as the page shows it. */
export function planOf({ planId, madeMs, result }: KeptPlan): PlanView {
  const { agrees, loads, inSync, skipped, resources, counts } = result;
  return writable<PlanView>({
    planId,
    made: isoTime(madeMs) as string,
    ...{ agrees, loads, inSync, skipped, resources, counts },
    actions: result.actions.slice(0, mostActions).map((action) => ({
      kind: action.kind,
      ven: action.venName,
      loadId: action.kind === 'stranger' ? null : action.loadId,
      externalResourceId: action.externalResourceId,
      text: textOf(action),
    })),
    unlistedVens: result.unlistedVens.map(({ venName, reason }) => ({ ven: venName, reason })),
  });
}

const removals = {
  disabled: 'its site is disabled',
  gone: 'its row is gone from the database',
  asked: 'asked for',
} as const;

/** Why, or what changes. */
function textOf(action: PlanAction): string {
  switch (action.kind) {
    case 'create':
      return action.why === 'lost' ? 'the VTN has lost it' : 'it is new';
    case 'update':
      return updateText(action);
    case 'remove':
      return removals[action.why];
    case 'correct':
      return `its resource is ${action.resourceId ?? 'none'}, not ${action.storedId ?? 'none'}`;
    case 'conflict':
      return action.text;
    case 'stranger':
      return `resource ${action.resourceId}, "${action.name}"`;
  }
}

function updateText({ fromVen, changes }: Extract<PlanAction, { kind: 'update' }>): string {
  const parts = changes.map(({ field, onVtn, here }) => `${field}: ${quoted(onVtn)} → ${quoted(here)}`);
  if (fromVen !== null) parts.unshift(`it moves here from VEN ${fromVen}`);
  return parts.length > 0
    ? parts.join('; ')
    : 'it has changed since it was sent; the VTN does not list in what';
}

const quoted = (text: string | undefined) => (text === undefined ? 'nothing' : `"${text}"`);
