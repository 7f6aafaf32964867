import {
  type ActionCounts,
  type ActionKind,
  actionKinds,
  hasChanges,
  noActions,
  type PlanAction,
  type PlanResult,
} from '../../api/plan.ts';
import { table } from './table.ts';
import { count, some } from './text.ts';
import { waitTotalLines } from './waits.ts';

const signs: Readonly<Record<ActionKind, string>> = {
  create: '+',
  update: '~',
  remove: '-',
  correct: '=',
  conflict: '!',
  stranger: '?',
};

const headings: Readonly<Record<ActionKind, string>> = {
  create: 'to create on the VTN',
  update: 'to update on the VTN',
  remove: 'to remove from the VTN',
  correct: 'to correct in the database',
  conflict: 'conflicts, left to you',
  stranger: 'strangers, not ours and never touched',
};

/** VENs that are listed where the whole plan is not. */
const vensShown = 20;

/**
 * The plan as a person reads it: by VEN, then by kind, the first `show` of each kind, and a line that sums it up;
 * `nothing` in its place where nothing is to be done.
 */
export function planText(plan: PlanResult, show: number, nothing?: string): string[] {
  const sections = actionKinds.flatMap((kind) => section(kind, plan.actions, show));
  const unlisted = unlistedSection(plan);
  const isNothing = !hasChanges(plan.counts) && unlisted.length === 0;
  const line = isNothing && nothing !== undefined ? nothing : planLine(plan);
  const vens = sections.length === 0 ? [] : [byVen(plan.actions, show)];
  const all = [...vens, ...sections, ...unlisted, [line, ...waitTotalLines(plan.waits)]];
  return all.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

/** `Plan: 12 to create, 3 to update, 1 to remove; 2 conflicts, 5 strangers.` */
export function planLine({
  counts,
  inSync,
  unlistedVens,
}: Pick<PlanResult, 'counts' | 'inSync' | 'unlistedVens'>): string {
  const { create, update, remove, correct, conflict, stranger } = counts;
  const changes = [
    `${count(create)} to create`,
    `${count(update)} to update`,
    `${count(remove)} to remove`,
    ...(correct > 0 ? [`${count(correct)} to correct in the database`] : []),
  ];
  const rest = [
    ...(conflict > 0 ? [some(conflict, 'conflict')] : []),
    ...(stranger > 0 ? [some(stranger, 'stranger')] : []),
    ...(unlistedVens.length > 0 ? [`${some(unlistedVens.length, 'VEN')} not listed`] : []),
  ];
  const head = hasChanges(counts)
    ? changes.join(', ')
    : `nothing to do, ${some(inSync, 'load')} as they should be`;
  return `Plan: ${[head, ...(rest.length > 0 ? [rest.join(', ')] : [])].join('; ')}.`;
}

/** What one JSON object has of a plan: the first `show` actions of each kind. */
export function planJsonValue(plan: PlanResult, show: number): PlanResult {
  if (show === Number.POSITIVE_INFINITY) return plan;
  const actions = actionKinds.flatMap((kind) =>
    plan.actions.filter((action) => action.kind === kind).slice(0, show),
  );
  return { ...plan, actions };
}

function byVen(actions: readonly PlanAction[], show: number): string[] {
  const vens = new Map<string, ActionCounts>();
  for (const { kind, venName } of actions) {
    const name = venName ?? '(none)';
    const counts = vens.get(name) ?? noActions();
    counts[kind]++;
    vens.set(name, counts);
  }
  const kinds = actionKinds.filter((kind) => actions.some((action) => action.kind === kind));
  const rows = [...vens].sort(([a], [b]) => (a < b ? -1 : 1));
  const most = show === Number.POSITIVE_INFINITY ? rows.length : vensShown;
  const lines = table(
    ['VEN', ...kinds.map((kind) => `${signs[kind]} ${kind}`)],
    rows.slice(0, most).map(([name, counts]) => [name, ...kinds.map((kind) => count(counts[kind]))]),
  );
  return rows.length > most ? [...lines, `… and ${some(rows.length - most, 'VEN')} more`] : lines;
}

function section(kind: ActionKind, actions: readonly PlanAction[], show: number): string[][] {
  const own = actions.filter((action) => action.kind === kind);
  if (own.length === 0 || show === 0) return [];
  const lines = own.slice(0, show).flatMap(actionLines);
  if (own.length > show) lines.push(`  … and ${count(own.length - show)} more (--all lists them)`);
  return [[`${count(own.length)} ${headings[kind]}:`, ...lines]];
}

/** VENs of which nothing is known. */
function unlistedSection({ unlistedVens }: PlanResult): string[][] {
  if (unlistedVens.length === 0) return [];
  const lines = unlistedVens.map(
    ({ venName, loads, reason }) => `  ${venName}  ${some(loads, 'load')}: ${reason}`,
  );
  return [
    [`${some(unlistedVens.length, 'VEN')} could not be listed, and nothing is done about them:`, ...lines],
  ];
}

function actionLines(action: PlanAction): string[] {
  const what = action.kind === 'stranger' ? action.resourceId : action.externalResourceId;
  const head = `  ${signs[action.kind]} ${action.venName ?? '(none)'}  ${what}`;
  const [note, ...details] = describe(action);
  return [note ? `${head}  ${note}` : head, ...details.map((line) => `      ${line}`)];
}

const removalReasons = {
  disabled: 'its site is disabled',
  gone: 'its row is gone from the database',
  asked: '',
} as const;

/** A remark behind an action, and lines below it. */
function describe(action: PlanAction): string[] {
  switch (action.kind) {
    case 'create':
      return [action.why === 'lost' ? 'the VTN has lost it' : ''];
    case 'update':
      return [
        action.fromVen === null ? '' : `moves here from VEN ${action.fromVen}: removed there, created here`,
        ...action.changes.map(({ field, onVtn, here }) => `${field}: ${value(onVtn)} → ${value(here)}`),
        ...(action.changes.length === 0 && action.fromVen === null
          ? ['changed since it was sent; the VTN does not list in what']
          : []),
      ];
    case 'remove':
      return [removalReasons[action.why]];
    case 'correct':
      return [`resource ${action.storedId ?? '(none)'} → ${action.resourceId ?? '(none)'}`];
    case 'conflict':
      return [action.text];
    case 'stranger':
      return [`"${action.name}"`];
  }
}

function value(text: string | undefined): string {
  return text === undefined ? '(none)' : `"${text}"`;
}
