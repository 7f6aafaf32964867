import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface DialogProps {
  readonly heading: string;
  readonly large?: boolean;
  /** It was closed: by Escape, or by what is in it. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A dialog over the page, as long as it is drawn. */
export function Dialog({ heading, large, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class={large ? 'large' : ''} aria-label={heading} onClose={onClose}>
      <div class="body">
        <h2>{heading}</h2>
        {children}
      </div>
    </dialog>
  );
}
