import { useState } from 'preact/hooks';
import type { Overview } from '../../server/schemas/overview.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { PlanDialog } from './plan-dialog.tsx';
import { useAction } from './use-action.ts';

/** What a viewer may have done to the whole fleet. */
export function ActionButtons({ allowed }: { allowed: Overview['actions'] }) {
  const [open, setOpen] = useState<'register' | 'plan'>();
  const close = () => setOpen(undefined);
  if (!allowed.includes('register') && !allowed.includes('plan')) return null;
  return (
    <div class="actions buttons">
      {allowed.includes('register') && (
        <button type="button" class="button" onClick={() => setOpen('register')}>
          Register now
        </button>
      )}
      {allowed.includes('plan') && (
        <button type="button" class="button" onClick={() => setOpen('plan')}>
          Plan…
        </button>
      )}
      {open === 'register' && <RegisterDialog onClose={close} />}
      {open === 'plan' && <PlanDialog canApply={allowed.includes('apply')} onClose={close} />}
    </div>
  );
}

function RegisterDialog({ onClose }: { onClose: () => void }) {
  const action = useAction<{ accepted: true }>('register');
  return (
    <ConfirmDialog
      heading="Register what is missing"
      verb="Register"
      action={action}
      onClose={onClose}
      done={() => <p>It has begun. The overview shows how it goes.</p>}
    >
      <p>
        Loads that wait or failed are sent to the VTN now, rather than at the next time. Nothing is removed.
      </p>
    </ConfirmDialog>
  );
}
