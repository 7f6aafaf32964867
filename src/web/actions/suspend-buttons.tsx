import { useState } from 'preact/hooks';
import type { Overview } from '../../server/schemas/overview.ts';
import { counted } from '../format.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { useAction } from './use-action.ts';

interface SuspendButtonsProps {
  readonly scope: { readonly vens?: readonly string[]; readonly loadIds?: readonly string[] };
  /** What is meant, in words: `this load`. */
  readonly what: string;
  readonly allowed: Overview['actions'];
  readonly onDone: () => void;
}

/** Has loads left alone, or taken up again. */
export function SuspendButtons({ scope, what, allowed, onDone }: SuspendButtonsProps) {
  const [open, setOpen] = useState<'suspend' | 'resume'>();
  if (!allowed.includes('suspend') && !allowed.includes('resume')) return null;
  return (
    <div class="actions buttons">
      {(['suspend', 'resume'] as const)
        .filter((one) => allowed.includes(one))
        .map((one) => (
          <button key={one} type="button" class="button" onClick={() => setOpen(one)}>
            {one === 'suspend' ? 'Suspend…' : 'Resume…'}
          </button>
        ))}
      {open && (
        <SuspendDialog
          verb={open}
          scope={scope}
          what={what}
          onClose={() => {
            setOpen(undefined);
            onDone();
          }}
        />
      )}
    </div>
  );
}

interface SuspendDialogProps extends Pick<SuspendButtonsProps, 'scope' | 'what'> {
  readonly verb: 'suspend' | 'resume';
  readonly onClose: () => void;
}

function SuspendDialog({ verb, scope, what, onClose }: SuspendDialogProps) {
  const action = useAction<{ loads: number; changed: number; already: number }>(verb);
  const did = verb === 'suspend' ? 'suspended' : 'resumed';
  return (
    <ConfirmDialog
      heading={`${verb === 'suspend' ? 'Suspend' : 'Resume'} ${what}?`}
      verb={verb === 'suspend' ? 'Suspend' : 'Resume'}
      action={action}
      body={scope}
      onClose={onClose}
      done={({ changed, already }) => (
        <p>
          {counted(changed, 'load')} {changed === 1 ? 'was' : 'were'} {did}
          {already > 0 && `, ${counted(already, 'load')} already ${already === 1 ? 'was' : 'were'}`}.
        </p>
      )}
    >
      {verb === 'suspend' ? (
        <p>Suspended, it is not sent to the VTN, and told no events. What it is on the VTN stays there.</p>
      ) : (
        <p>It is sent to the VTN at the next time, and told events again.</p>
      )}
      <p role="status" class="quiet">
        {action.isBusy &&
          'While a registration or an apply goes on, this waits for its end; it is done then, also if you leave.'}
      </p>
    </ConfirmDialog>
  );
}
