import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstStep, nextStep, type Step } from '../../src/delivery/settling-steps.ts';
import type { CreateOutcome, FindOutcome } from '../../src/profiles/registration-profile.ts';

const policy = { maxAttempts: 4, baseMs: 1, capMs: 1, graceMs: 50 };

/** Plays outcomes against the states until an end, or until they run out. */
function play(outcomes: (CreateOutcome | FindOutcome)[], maybeSent = false): { step: Step; path: string[] } {
  let step: Step = firstStep(maybeSent);
  const path: string[] = [step.at];
  for (const outcome of outcomes) {
    if (step.at === 'mapped' || step.at === 'failed') break;
    step = nextStep(step, outcome, policy).step;
    path.push(step.at);
  }
  return { step, path };
}

const created: CreateOutcome = { kind: 'created', id: 'r1' };
const exists: CreateOutcome = { kind: 'exists', status: 409, reason: 'HTTP 409: there' };
const ambiguous: CreateOutcome = { kind: 'ambiguous', status: null, reason: 'lost' };
const errored: CreateOutcome = { kind: 'ambiguous', status: 500, reason: 'HTTP 500' };
const nonsense: CreateOutcome = { kind: 'nonsense', status: 201, reason: 'no id' };
const refused: CreateOutcome = { kind: 'refused', status: 422, reason: 'no' };
const busy: CreateOutcome = { kind: 'failed', status: null, reason: 'refused connection' };
const found: FindOutcome = { kind: 'found', id: 'r2' };
const absent: FindOutcome = { kind: 'absent' };

test('each move of the table', () => {
  assert.deepEqual(play([created]).step, { at: 'mapped', id: 'r1', created: true });
  assert.deepEqual(play([exists, found]).step, { at: 'mapped', id: 'r2', created: false });
  assert.deepEqual(play([ambiguous, found]).step, { at: 'mapped', id: 'r2', created: false });
  assert.deepEqual(play([errored, absent, created]).path, ['to-create', 'to-find', 'to-create', 'mapped']);
  const twice = ['to-create', 'to-find', 'to-find', 'to-create', 'mapped'];
  assert.deepEqual(play([ambiguous, absent, absent, created]).path, twice);
  assert.deepEqual(play([nonsense, found]).step, { at: 'mapped', id: 'r2', created: false });
  assert.deepEqual(play([busy, busy, created]).step, { at: 'mapped', id: 'r1', created: true });
  assert.deepEqual(play([refused]).step, { at: 'failed', status: 422, reason: 'no', inDoubt: false });
  assert.equal(play([nonsense, absent]).step.at, 'failed');
  assert.deepEqual(play([exists, absent, absent]).path, ['to-create', 'to-find', 'to-find', 'to-find']);
  assert.equal(play([exists, absent, absent, absent]).step.at, 'failed');
  assert.deepEqual(play([absent, absent, created], true).path, ['to-find', 'to-find', 'to-create', 'mapped']);
});

test('what may still be under way is looked for again after the grace, before it is sent again', () => {
  const looking = nextStep(firstStep(false), ambiguous, policy).step;
  assert.ok(looking.at === 'to-find');
  const missed = nextStep(looking, absent, policy);
  assert.ok(missed.step.at === 'to-find' && missed.wait?.retryAfterMs === 50);
  assert.equal(nextStep(missed.step, found, policy).step.at, 'mapped');
  // A server that answered with an error of its own is done with it.
  const done = nextStep(firstStep(false), errored, policy).step;
  assert.ok(done.at === 'to-find' && nextStep(done, absent, policy).step.at === 'to-create');
});

test('what an earlier run may have sent is looked for by its former names first, and again after the grace', () => {
  const absentTwice = [absent, { kind: 'absent', impostor: 'a sibling, by right' } as FindOutcome];
  let step: Step = firstStep(true, 2);
  const looks: number[] = [];
  for (const outcome of [...absentTwice, absent, ...absentTwice, absent]) {
    assert.ok(step.at === 'to-find');
    looks.push(step.formerName);
    step = nextStep(step, outcome, policy).step;
  }
  assert.deepEqual(looks, [2, 1, 0, 2, 1, 0]);
  assert.equal(step.at, 'to-create');
});

test('something else in its place is a conflict, told as one', () => {
  const { step } = play([exists, { kind: 'absent', impostor: 'resource 7 is load b' }]);
  assert.deepEqual(step, {
    at: 'failed',
    status: 409,
    reason: 'conflict: resource 7 is load b',
    inDoubt: false,
  });
});

test('a load that is given up while in doubt stays in doubt', () => {
  const lost = play([1, 2, 3, 4].flatMap(() => [ambiguous, absent, absent])).step;
  assert.ok(lost.at === 'failed' && lost.inDoubt);
  assert.match(lost.reason, /given up after 4 tries/);
  const unanswered: FindOutcome = { kind: 'failed', status: 503, reason: 'busy' };
  const blind = play([ambiguous, unanswered, unanswered, unanswered, unanswered]).step;
  assert.ok(blind.at === 'failed' && blind.inDoubt);
});

test('whatever the VTN answers, it comes to an end, and never sends again while in doubt', () => {
  const reason = 'x';
  const retryAfterMs = 7;
  const creation = fc.constantFrom<CreateOutcome>(
    created,
    exists,
    { ...exists, id: 'r9' } as CreateOutcome,
    ambiguous,
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
      fc.boolean(),
      fc.infiniteStream(creation),
      fc.infiniteStream(look),
      (sent, creates, looks) => {
        let step: Step = firstStep(sent);
        let inDoubt = sent;
        let exchanges = 0;
        while (step.at === 'to-create' || step.at === 'to-find') {
          exchanges++;
          assert.ok(exchanges <= policy.maxAttempts * (policy.maxAttempts + 3 + 10), 'it never ends');
          if (step.at === 'to-create') {
            assert.equal(inDoubt, false);
            const outcome = creates.next().value;
            inDoubt =
              outcome.kind === 'ambiguous' || outcome.kind === 'nonsense' || outcome.kind === 'exists';
            step = nextStep(step, outcome, policy).step;
          } else {
            const outcome = looks.next().value;
            if (outcome.kind === 'absent') inDoubt = false;
            step = nextStep(step, outcome, policy).step;
          }
        }
      },
    ),
  );
});
