import type { AskedWait, WaitTotal, WaitTotals } from '../../api/connect-vtn.ts';
import { count, duration } from './text.ts';

/** What is told while the VTN or its token endpoint wants to be left alone. */
export function waitText({ by, status, seconds }: AskedWait): string {
  const who = by === 'vtn' ? 'VTN' : 'token endpoint';
  return `${who} asked to wait ${wholeSeconds(seconds)} (${status})…`;
}

function wholeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : duration(whole);
}

/** What a live line says of a wait while it lasts. */
export interface WaitNote {
  begin(wait: AskedWait): void;
  /** Undefined: nobody asks to wait at the moment. */
  text(): string | undefined;
}

export function createWaitNote(): WaitNote {
  let text = '';
  let until = 0;
  return {
    begin(wait) {
      text = waitText(wait);
      until = performance.now() + wait.seconds * 1000;
    },
    text: () => (performance.now() < until ? text : undefined),
  };
}

/** Short waits that follow each other are told to a pipe no more often than this, in milliseconds. */
const shortOnesEveryMs = 30_000;
const longSeconds = 10;

/** Tells a pipe of waits: of each long one, and of short ones now and then, as some VTNs ask every second. */
export function createWaitLines(write: (line: string) => void): (wait: AskedWait) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (wait) => {
    const now = performance.now();
    if (wait.seconds < longSeconds && now - toldAt < shortOnesEveryMs) return;
    toldAt = now;
    write(`  … ${waitText(wait)}`);
  };
}

/** Who asked to wait, and how often and how long: "3 times, 1 min 30 s in all". Nobody: none. */
export function waitTotals({ vtn, tokenEndpoint }: WaitTotals): { name: string; value: string }[] {
  return [...totalOf('VTN asked to wait', vtn), ...totalOf('Token endpoint asked to wait', tokenEndpoint)];
}

function totalOf(name: string, { times, seconds }: WaitTotal): { name: string; value: string }[] {
  if (times === 0) return [];
  const often = times === 1 ? 'once' : `${count(times)} times`;
  return [{ name, value: `${often}, ${duration(seconds)}${times === 1 ? '' : ' in all'}` }];
}

/** The same as lines below what a command came to. */
export function waitTotalLines(totals: WaitTotals): string[] {
  return waitTotals(totals).map(({ name, value }) => `${name}: ${value}.`);
}
