import type { ComponentChildren } from 'preact';

interface CardProps {
  readonly heading: string;
  /** What stands on the right of the heading. */
  readonly aside?: ComponentChildren;
  /** Without space around what is in it: for tables. */
  readonly flush?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Card({ heading, aside, flush, class: extra = '', children }: CardProps) {
  return (
    <section class={`card ${flush ? 'flush' : ''} ${extra}`} aria-label={heading}>
      <header>
        <h2>{heading}</h2>
        {aside && <div class="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
