import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { distance, isoTime, localTime } from '../format.ts';

/** A name of the database or of the VTN: text, of any script and length. */
export function Name({ children, clip }: { children: string; clip?: boolean }) {
  return clip ? (
    <bdi class="clipped" title={children}>
      {children}
    </bdi>
  ) : (
    <bdi class="name">{children}</bdi>
  );
}

/** A time in the viewer's zone; its title is the whole of it, in UTC. */
export function Time({ at, seconds }: { at: string | number | null; seconds?: boolean }) {
  if (at === null) return <span class="quiet">–</span>;
  const iso = isoTime(at);
  return (
    <time dateTime={iso} title={iso}>
      {localTime(at, seconds)}
    </time>
  );
}

/** How long ago or ahead a time is; its title is the whole of it, in UTC. `due`: what is overdue is due now. */
export function Ago({ at, due }: { at: string | number | null; due?: boolean }) {
  const now = useNow();
  if (at === null) return <span class="quiet">–</span>;
  const iso = isoTime(at);
  return (
    <time dateTime={iso} title={`${iso} (${localTime(at, true)} here)`}>
      {distance(due ? Math.max(0, Date.parse(iso) - now) : Date.parse(iso) - now)}
    </time>
  );
}

/** This machine's time, again every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Terms and what they are, in two columns. */
export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

/** One of them; nothing where there is nothing to say. */
export function Fact({ term, children }: { term: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
