import { count } from '../format.ts';
import type { CountPart } from '../run-progress.ts';

interface StackedBarProps {
  readonly parts: readonly CountPart[];
  /** What the whole bar stands for, where the parts do not fill it yet. */
  readonly total?: number | null;
  readonly label: string;
  readonly thin?: boolean;
}

/** Counts as lengths of one bar; its label has them as text. */
export function StackedBar({ parts, total, label, thin }: StackedBarProps) {
  const sum = parts.reduce((all, { value }) => all + value, 0);
  const rest = Math.max(0, (total ?? 0) - sum);
  const words = parts.map(({ value, words }) => `${count(value)} ${words}`).join(', ');
  return (
    <div class={`bar ${thin ? 'thin' : ''}`} role="img" aria-label={`${label}: ${words || 'nothing yet'}`}>
      {parts.map(({ key, tone, value }) => (
        <i key={key} class={`fill-${tone}`} style={{ flex: `${value} 0 0` }} />
      ))}
      {rest > 0 && <i key="rest" style={{ flex: `${rest} 0 0`, minWidth: 0 }} />}
    </div>
  );
}

/** What the colours of a bar stand for, with the numbers. */
export function CountKey({ parts }: { parts: readonly CountPart[] }) {
  return (
    <ul class="key">
      {parts.map(({ key, tone, value, words }) => (
        <li key={key}>
          <i class={`fill-${tone}`} aria-hidden="true" />
          {count(value)} {words}
        </li>
      ))}
    </ul>
  );
}
