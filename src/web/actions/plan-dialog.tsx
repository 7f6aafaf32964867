import { useEffect, useState } from 'preact/hooks';
import type { PlanAnswer, PlanView } from '../../server/schemas/actions.ts';
import { ask } from '../api.ts';
import { count, counted } from '../format.ts';
import { Badge } from '../parts/badge.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/notes.tsx';
import { Ago, Name } from '../parts/text.tsx';
import type { Tone } from '../run-progress.ts';
import { LoginForm } from '../views/login.tsx';
import { useAction } from './use-action.ts';

const againMs = 1_500;

/** Compares fleet and VTN, shows what differs, and applies just that once a person agrees. */
export function PlanDialog({ canApply, onClose }: { canApply: boolean; onClose: () => void }) {
  const planning = useAction<Partial<PlanAnswer>>('plan');
  const applying = useAction<{ accepted: true }>('apply');
  const { plan, isPlanning, begin } = usePlan(planning);
  const login = planning.needsLogin
    ? planning.run
    : applying.needsLogin
      ? applyOf(plan, applying.run)
      : undefined;
  const problem = planning.problem ?? applying.problem;
  return (
    <Dialog heading="Plan: what differs between fleet and VTN" large onClose={onClose}>
      {applying.answer ? (
        <p role="status">The plan is being applied. The overview shows how it goes.</p>
      ) : (
        plan && <Plan plan={plan} />
      )}
      {!plan && !isPlanning && (
        <p>Nothing is changed by a plan: all of the VTN is listed, and compared with the fleet.</p>
      )}
      {isPlanning && (
        <p aria-busy="true">Comparing; this may take some minutes. The overview shows how it goes.</p>
      )}
      {login ? <LoginForm onDone={() => login()} /> : problem && <ProblemNote problem={problem} />}
      <div class="buttons">
        <button type="button" class="button" onClick={onClose}>
          Close
        </button>
        {!applying.answer && !login && (
          <button type="button" class="button" disabled={isPlanning} onClick={begin}>
            {plan ? 'Plan again' : 'Plan'}
          </button>
        )}
        {canApply && plan && !plan.agrees && !isPlanning && !applying.answer && !login && (
          <button
            type="button"
            class={`button ${plan.counts.remove > 0 ? 'danger' : 'primary'}`}
            disabled={applying.isBusy}
            onClick={applyOf(plan, applying.run)}
          >
            Apply{plan.counts.remove > 0 && `, removing at most ${count(plan.counts.remove)}`}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function applyOf(plan: PlanView | undefined, run: (body?: object) => Promise<void>) {
  return () => {
    if (plan) void run({ planId: plan.planId, maxRemovals: plan.counts.remove });
  };
}

/** The last plan, and a new one on demand: the answer may bring it, or say that it has begun. */
function usePlan(planning: {
  answer: Partial<PlanAnswer> | undefined;
  isBusy: boolean;
  run: () => Promise<void>;
}) {
  const [plan, setPlan] = useState<PlanView>();
  const [waitsFor, setWaitsFor] = useState<{ after: number | undefined }>();
  useEffect(() => {
    ask<PlanAnswer>('actions/plan').then(
      (answer) => answer.plan && setPlan(answer.plan),
      () => {},
    );
  }, []);
  useEffect(() => {
    if (planning.answer?.plan) setPlan(planning.answer.plan);
    else if (planning.answer) setWaitsFor({ after: plan?.planId });
  }, [planning.answer]);
  useEffect(() => {
    if (!waitsFor) return;
    const timer = setInterval(async () => {
      const last = (await ask<PlanAnswer>('actions/plan').catch(() => undefined))?.plan;
      if (!last || last.planId === waitsFor.after) return;
      setPlan(last);
      setWaitsFor(undefined);
    }, againMs);
    return () => clearInterval(timer);
  }, [waitsFor]);
  return { plan, isPlanning: planning.isBusy || waitsFor !== undefined, begin: () => void planning.run() };
}

const kinds: readonly (readonly [keyof PlanView['counts'], string, Tone])[] = [
  ['create', 'create', 'ok'],
  ['update', 'update', 'info'],
  ['correct', 'correct', 'info'],
  ['remove', 'remove', 'warn'],
  ['conflict', 'conflict', 'error'],
  ['stranger', 'stranger', 'quiet'],
];

function Plan({ plan }: { plan: PlanView }) {
  const all = kinds.reduce((sum, [kind]) => sum + plan.counts[kind], 0);
  return (
    <div class="stack">
      <p>
        {plan.agrees ? <strong>Fleet and VTN agree.</strong> : <strong>{counted(all, 'difference')}.</strong>}{' '}
        {count(plan.inSync)} of {counted(plan.loads, 'load')} are in sync, {count(plan.skipped)} are skipped;
        the VTN holds {counted(plan.resources, 'resource')}. Made <Ago at={plan.made} />.
      </p>
      <ul class="key">
        {kinds.map(([kind, words, tone]) => (
          <li key={kind}>
            <Badge look={[`${count(plan.counts[kind])} ${words}`, plan.counts[kind] > 0 ? tone : 'quiet']} />
          </li>
        ))}
      </ul>
      {plan.unlistedVens.map(({ ven, reason }) => (
        <p class="problem warning" key={ven}>
          <span>
            <Name>{ven}</Name> could not be listed: <Name>{reason}</Name>
          </span>
        </p>
      ))}
      {plan.actions.length > 0 && <Lines plan={plan} all={all} />}
    </div>
  );
}

function Lines({ plan, all }: { plan: PlanView; all: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reached by keyboard.
    <section class="plan-lines" tabIndex={0} aria-label="Differences">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">VEN</th>
            <th scope="col">Load</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {plan.actions.map((action, index) => (
            <tr key={index}>
              <td>{action.kind}</td>
              <td>{action.ven !== null && <Name>{action.ven}</Name>}</td>
              <td>{action.externalResourceId !== null && <Name>{action.externalResourceId}</Name>}</td>
              <td>
                <Name>{action.text}</Name>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all > plan.actions.length && (
        <p class="note">
          The first {count(plan.actions.length)} of {count(all)}.
        </p>
      )}
    </section>
  );
}
