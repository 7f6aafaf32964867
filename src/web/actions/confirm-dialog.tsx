import type { ComponentChildren } from 'preact';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/notes.tsx';
import { LoginForm } from '../views/login.tsx';
import type { Action } from './use-action.ts';

interface ConfirmDialogProps<Answer> {
  readonly heading: string;
  /** The word on the button that does it. */
  readonly verb: string;
  readonly action: Action<Answer>;
  readonly body?: object;
  readonly danger?: boolean;
  readonly onClose: () => void;
  /** What is said once it is done. */
  readonly done: (answer: Answer) => ComponentChildren;
  /** What is about to be done. */
  readonly children: ComponentChildren;
}

/** Says what is about to be done, and does it once a person agrees; asks for the token where it is wanted. */
export function ConfirmDialog<Answer>(props: ConfirmDialogProps<Answer>) {
  const { heading, verb, action, body, danger, onClose, done, children } = props;
  const { answer, isBusy, problem, needsLogin, run } = action;
  if (answer !== undefined)
    return (
      <Dialog heading={heading} onClose={onClose}>
        <div role="status">{done(answer)}</div>
        <div class="buttons">
          <button type="button" class="button primary" onClick={onClose}>
            Close
          </button>
        </div>
      </Dialog>
    );
  return (
    <Dialog heading={heading} onClose={onClose}>
      {children}
      {needsLogin ? (
        <LoginForm onDone={() => run(body)} />
      ) : (
        <>
          {problem && <ProblemNote problem={problem} />}
          <div class="buttons">
            <button type="button" class="button" onClick={onClose}>
              Cancel
            </button>
            <button
              type="button"
              class={`button ${danger ? 'danger' : 'primary'}`}
              disabled={isBusy}
              onClick={() => run(body)}
            >
              {isBusy ? 'One moment…' : verb}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
