import type { PayloadValue } from '../../fleet/grid-event.ts';
import type { Instruction, Setpoint } from './instruction.ts';

/** An instruction as JSON: equal ones have equal texts, whatever made them. */
export function instructionText({ setpoints }: Instruction): string {
  return JSON.stringify({ setpoints: setpoints.map(inOrder) });
}

/** The instruction that `instructionText` made a text of. */
export function instructionOfText(text: string): Instruction {
  return JSON.parse(text) as Instruction;
}

/** With its fields always in this order; JSON leaves out what is undefined. */
function inOrder(setpoint: Setpoint): Setpoint {
  const { type, values, units, eventId, version, intervalId, fromMs, untilMs } = setpoint;
  const { limitKw, exportLimitKw, clampedFrom, reason } = setpoint;
  return {
    type,
    values: values.map(valueInOrder),
    ...{ units, eventId, version, intervalId, fromMs, untilMs },
    ...{ limitKw, exportLimitKw, clampedFrom, reason },
  };
}

function valueInOrder(value: PayloadValue): PayloadValue {
  return typeof value === 'object' ? { x: value.x, y: value.y } : value;
}
