import type { ComponentChildren } from 'preact';

/** Scrolls sideways where there is too little room, by keyboard too: for what has no links in it. */
export function Scroll({ children }: { children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reached by keyboard.
    <div class="scroll" tabIndex={0}>
      {children}
    </div>
  );
}
