import { quote } from '../../core/quote.ts';
import type { Instruction, Setpoint } from '../setpoints/instruction.ts';
import type { Dispatch } from './sink.ts';

/** How many milliseconds after its due time a dispatch is called late, unless another tolerance is given. */
export const defaultLateAfterMs = 1_000;

/**
 * What a dispatch says, as JSON: docs/dispatch.md has the fields. `sentMs`: the time now. Where that is more than `lateAfterMs`
 * after it was due, it says so.
 */
export function dispatchMessage(
  dispatch: Dispatch,
  sentMs: number,
  lateAfterMs = defaultLateAfterMs,
): string {
  const { id, load, instruction, dueMs, untilMs } = dispatch;
  const lateMs = sentMs - dueMs;
  const late = lateMs > lateAfterMs ? `,"lateMs":${Math.round(lateMs)}` : '';
  return (
    `{"dispatch":${quote(id)},"load":${quote(load.loadId)},"resource":${quote(load.vtnResourceId)}` +
    `,"ven":${quote(load.venName)},"site":${quote(load.siteId)},"component":${quote(load.component)}` +
    `,"due":${due(dueMs)},"sent":${sent(sentMs)}${late},"until":${until(untilMs)}` +
    `,"setpoints":${setpointsText(instruction)}}`
  );
}

const texts = new WeakMap<Instruction, string>();

/** The same for all loads of which the same is asked. */
function setpointsText(instruction: Instruction): string {
  let text = texts.get(instruction);
  if (text === undefined) {
    text = JSON.stringify(instruction.setpoints.map(setpointFields));
    texts.set(instruction, text);
  }
  return text;
}

/** What is undefined is left out. */
function setpointFields(setpoint: Setpoint) {
  return {
    type: setpoint.type,
    values: setpoint.values,
    units: setpoint.units,
    event: setpoint.eventId,
    version: setpoint.version,
    interval: setpoint.intervalId,
    from: isoTime(setpoint.fromMs),
    until: setpoint.untilMs === null ? null : isoTime(setpoint.untilMs),
    limitKw: setpoint.limitKw,
    clampedFrom: setpoint.clampedFrom,
    reason: setpoint.reason,
  };
}

const due = lastTime();
const sent = lastTime();
const until = lastTime();

/** Times as JSON; most of those that follow each other are the same. */
function lastTime(): (ms: number | null) => string {
  let lastMs: number | undefined;
  let text = '';
  return (ms) => {
    if (ms === null) return 'null';
    if (ms !== lastMs) {
      text = `"${isoTime(ms)}"`;
      lastMs = ms;
    }
    return text;
  };
}

/** The last time that a date can have, milliseconds. */
const lastDateMs = 8.64e15;

function isoTime(ms: number): string {
  return new Date(Math.max(-lastDateMs, Math.min(ms, lastDateMs))).toISOString();
}
