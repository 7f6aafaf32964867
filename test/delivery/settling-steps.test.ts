import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Trace } from '../../src/core/trace.ts';
import type { CreateOutcome, FindOutcome, PagedFindOutcome } from '../../src/delivery/outcome.ts';
import {
  afterCreate,
  afterFind,
  firstStep,
  type Step,
  type Unsettled,
} from '../../src/delivery/settling-steps.ts';

const allowed = { failures: 4, throttles: 40 };
const graceMs = 50;

/** The move that an outcome causes; the outcome must be one of what the step asks for. */
function nextStep(step: Unsettled, outcome: CreateOutcome | PagedFindOutcome) {
  return step.at === 'to-create'
    ? afterCreate(step, outcome as CreateOutcome, allowed)
    : afterFind(step, outcome as PagedFindOutcome, allowed, graceMs);
}

/** Plays outcomes against the states until an end, or until they run out. */
function play(
  outcomes: (CreateOutcome | FindOutcome)[],
  trace: Trace = 'none',
): { step: Step; path: string[] } {
  let step: Step = firstStep(trace);
  const path: string[] = [step.at];
  for (const outcome of outcomes) {
    if (step.at === 'mapped' || step.at === 'failed') break;
    step = nextStep(step, outcome).step;
    path.push(step.at);
  }
  return { step, path };
}

const created: CreateOutcome = { kind: 'created', id: 'r1' };
const exists: CreateOutcome = { kind: 'exists', status: 409, reason: 'HTTP 409: there' };
const ambiguous: CreateOutcome = { kind: 'ambiguous', status: null, reason: 'lost' };
const errored: CreateOutcome = { kind: 'ambiguous', status: 500, reason: 'HTTP 500' };
const accepted: CreateOutcome = { kind: 'accepted', status: 202, reason: 'HTTP 202: soon' };
const nonsense: CreateOutcome = { kind: 'nonsense', status: 201, reason: 'no id' };
const refused: CreateOutcome = { kind: 'refused', status: 422, reason: 'no' };
const busy: CreateOutcome = { kind: 'failed', status: null, reason: 'refused connection' };
const found: FindOutcome = { kind: 'found', id: 'r2' };
const absent: FindOutcome = { kind: 'absent' };

test('each move of the table', () => {
  assert.deepEqual(play([created]).step, { at: 'mapped', id: 'r1', evidence: 'told' });
  assert.deepEqual(play([exists, found]).step, { at: 'mapped', id: 'r2', evidence: 'shown' });
  assert.deepEqual(play([ambiguous, found]).step, { at: 'mapped', id: 'r2', evidence: 'shown' });
  assert.deepEqual(play([errored, absent, created]).path, ['to-create', 'to-find', 'to-create', 'mapped']);
  const twice = ['to-create', 'to-find', 'to-find', 'to-create', 'mapped'];
  assert.deepEqual(play([ambiguous, absent, absent, created]).path, twice);
  assert.deepEqual(play([nonsense, found]).step, { at: 'mapped', id: 'r2', evidence: 'shown' });
  assert.deepEqual(play([busy, busy, created]).step, { at: 'mapped', id: 'r1', evidence: 'told' });
  assert.deepEqual(play([refused]).step, { at: 'failed', status: 422, reason: 'no', trace: 'none' });
  assert.equal(play([nonsense, absent]).step.at, 'failed');
  assert.deepEqual(play([exists, absent, absent]).path, ['to-create', 'to-find', 'to-find', 'to-find']);
  assert.equal(play([exists, absent, absent, absent]).step.at, 'failed');
  assert.deepEqual(play([absent, absent, created], 'maybe-sent').path, [
    'to-find',
    'to-find',
    'to-create',
    'mapped',
  ]);
});

test('what may still be under way is looked for again after the grace, before it is sent again', () => {
  const looking = nextStep(firstStep('none'), ambiguous).step;
  assert.ok(looking.at === 'to-find');
  const missed = nextStep(looking, absent);
  assert.ok(missed.step.at === 'to-find' && missed.wait?.retryAfterMs === 50);
  assert.equal(nextStep(missed.step, found).step.at, 'mapped');
  // A server that answered with an error of its own is done with it.
  const done = nextStep(firstStep('none'), errored).step;
  assert.ok(done.at === 'to-find' && nextStep(done, absent).step.at === 'to-create');
});

test('what the VTN accepted is waited for within the grace, and never sent again', () => {
  const first = nextStep(firstStep('none'), { ...accepted, retryAfterMs: 7 } as CreateOutcome);
  assert.equal(first.wait?.retryAfterMs, 7);
  const waits: number[] = [];
  let step: Step = first.step;
  while (step.at === 'to-find') {
    assert.equal(nextStep(step, found).step.at, 'mapped');
    const move = nextStep(step, absent);
    if (move.wait) waits.push(move.wait.retryAfterMs as number);
    step = move.step;
  }
  assert.deepEqual(waits, [6.25, 6.25, 12.5, 25]);
  const reason = 'HTTP 202: soon; but it was not listed within the grace of 0.05 s (--grace)';
  assert.deepEqual(step, { at: 'failed', status: 202, reason, trace: 'maybe-sent' });
});

test('what an earlier run may have sent is looked for by its former names first, and again after the grace', () => {
  const absentTwice = [absent, { kind: 'absent', impostor: 'a sibling, by right' } as FindOutcome];
  let step: Step = firstStep('maybe-sent', 2);
  const looks: number[] = [];
  for (const outcome of [...absentTwice, absent, ...absentTwice, absent]) {
    assert.ok(step.at === 'to-find');
    looks.push(step.formerName);
    step = nextStep(step, outcome).step;
  }
  assert.deepEqual(looks, [2, 1, 0, 2, 1, 0]);
  assert.equal(step.at, 'to-create');
});

test('a listing is read page by page, and from its beginning when it is looked for again', () => {
  const nextPage = (skip: number): PagedFindOutcome => ({ kind: 'next-page', skip });
  let step: Step = firstStep('maybe-sent');
  const skips: number[] = [];
  for (const outcome of [nextPage(50), nextPage(100), absent, nextPage(50), absent]) {
    assert.ok(step.at === 'to-find');
    skips.push(step.skip);
    step = nextStep(step, outcome).step;
  }
  assert.deepEqual(skips, [0, 50, 100, 0, 50]);
  assert.equal(step.at, 'to-create');
});

test('something else in its place is a conflict, told as one', () => {
  const { step } = play([exists, { kind: 'absent', impostor: 'resource 7 is load b' }]);
  assert.deepEqual(step, {
    at: 'failed',
    status: 409,
    reason: 'conflict: resource 7 is load b',
    trace: 'none',
  });
});

test('a load that is given up while in doubt stays in doubt', () => {
  const lost = play([1, 2, 3, 4].flatMap(() => [ambiguous, absent, absent])).step;
  assert.ok(lost.at === 'failed' && lost.trace === 'maybe-sent');
  assert.match(lost.reason, /given up after 4 tries/);
  const unanswered: FindOutcome = { kind: 'failed', status: 503, reason: 'busy' };
  const blind = play([ambiguous, unanswered, unanswered, unanswered, unanswered]).step;
  assert.ok(blind.at === 'failed' && blind.trace === 'maybe-sent');
});

test('whatever the VTN answers, it comes to an end, and never sends again while in doubt', () => {
  const reason = 'x';
  const retryAfterMs = 7;
  const creation = fc.constantFrom<CreateOutcome>(
    created,
    exists,
    { ...exists, id: 'r9' } as CreateOutcome,
    ambiguous,
    accepted,
    { ...accepted, id: 'r9' } as CreateOutcome,
    nonsense,
    refused,
    busy,
    { kind: 'throttled', status: 429, reason, retryAfterMs },
  );
  const look = fc.constantFrom<FindOutcome>(
    found,
    absent,
    { kind: 'absent', impostor: 'other' },
    { kind: 'failed', status: 500, reason, retryAfterMs },
    { kind: 'refused', status: 403, reason },
  );
  fc.assert(
    fc.property(
      fc.constantFrom<Trace>('none', 'was-there', 'maybe-sent'),
      fc.integer({ min: 0, max: 2 }),
      fc.infiniteStream(creation),
      fc.infiniteStream(look),
      (trace, formerNames, creates, looks) => {
        let step: Step = firstStep(trace, trace === 'none' ? 0 : formerNames);
        // It may be on the VTN, by anything that was told so far; and a request with it may be on its way.
        let inDoubt = trace !== 'none';
        let underWay = trace === 'maybe-sent';
        // The VTN has it in hand, and no look-up that finds nothing ends that.
        let isAccepted = false;
        let hasImpostor = false;
        let exchanges = 0;
        while (step.at === 'to-create' || step.at === 'to-find') {
          exchanges++;
          assert.ok(exchanges <= 4 * (4 + 5 + 40 + 2 * (formerNames + 1)), 'it never ends');
          if (step.at === 'to-create') {
            assert.ok(!inDoubt && !underWay && !isAccepted, 'sent while in doubt');
            const outcome = creates.next().value;
            isAccepted = outcome.kind === 'accepted';
            inDoubt = ['ambiguous', 'accepted', 'nonsense', 'exists'].includes(outcome.kind);
            underWay = outcome.kind === 'ambiguous' && outcome.status === null;
            step = nextStep(step, outcome).step;
          } else {
            const outcome = looks.next().value;
            const isByPresentName = step.formerName === 0;
            const move = nextStep(step, outcome);
            if (outcome.kind === 'absent' && isByPresentName) {
              hasImpostor = outcome.impostor !== undefined;
              // A miss proves nothing while it may be under way, which is over after the grace.
              if (!underWay) inDoubt = isAccepted;
              else assert.ok(hasImpostor || move.wait?.retryAfterMs === graceMs);
              underWay = false;
            }
            step = move.step;
          }
        }
        // What is given up while it may be there leaves its trace.
        if (step.at === 'failed' && (underWay || (isAccepted && !hasImpostor)))
          assert.equal(step.trace, 'maybe-sent');
        if (step.at === 'failed' && !inDoubt) assert.equal(step.trace === 'none' || !hasImpostor, true);
      },
    ),
  );
});
