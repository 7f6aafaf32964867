import type { Dispatch } from '../../../src/events/dispatch/sink.ts';
import type { Instruction } from '../../../src/events/setpoints/instruction.ts';

export const dueMs = Date.UTC(2026, 0, 15, 16, 0, 0);

export const instruction: Instruction = {
  setpoints: [
    {
      type: 'IMPORT_CAPACITY_LIMIT',
      values: [20],
      units: 'KW',
      eventId: 'event-17',
      version: 2,
      intervalId: 0,
      fromMs: dueMs,
      untilMs: dueMs + 3_600_000,
      limitKw: 3.5,
      reason: 'its part of the limit of its site',
    },
    {
      type: 'SIMPLE',
      values: [2],
      units: null,
      eventId: 'event-18',
      version: 1,
      intervalId: 4,
      fromMs: dueMs - 900_000,
      untilMs: null,
    },
  ],
};

/** Dispatches for loads `first`, `first + 1`, … */
export function dispatches(count: number, first = 0, fields: Partial<Dispatch> = {}): Dispatch[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    return {
      id: `d-${number}`,
      load: {
        loadId: `load-${number}`,
        venName: 'Aalborg',
        siteId: `res_${Math.floor(number / 6)}`,
        component: `load_${(number % 6) + 1}`,
        vtnResourceId: `r-${number}`,
      },
      instruction,
      dueMs,
      untilMs: dueMs + 3_600_000,
      ...fields,
    };
  });
}
