import { instructionOf } from './instruct.ts';
import type { Asked, Instruction } from './instruction.ts';
import { instructionText } from './instruction-text.ts';
import { nobody } from './participation.ts';
import type { EventPolicy } from './policy.ts';
import type { SharingLoad } from './site-limits.ts';

/** Tells many loads what to do. */
export interface Instructor {
  /**
   * As `instructionOf`, but made once for all loads of one kind. While the same list of what is asked is given, equal
   * instructions are one object.
   */
  instructionFor(load: SharingLoad, asked: readonly Asked[], out?: readonly string[]): Instruction;
}

/** What is made for one list of what is asked: by the kind of load, and by what it says. */
interface Made {
  readonly byKind: Map<string, Instruction>;
  readonly byText: Map<string, Instruction>;
}

/** An instructor that follows a policy. It forgets with the list of what was asked. */
export function createInstructor(policy: EventPolicy): Instructor {
  const made = new WeakMap<readonly Asked[], Made>();
  const capacitiesNumber = numbered<SharingLoad['capacities']>(
    ({ maxKw, minKw, maxKwh, minKwh }) => `${maxKw} ${minKw} ${maxKwh} ${minKwh}`,
  );
  const namesNumber = numbered<readonly string[]>((names) => JSON.stringify(names));
  return {
    instructionFor(load, asked, out = nobody) {
      const { byKind, byText } = made.get(asked) ?? remember(made, asked);
      const kind = `${capacitiesNumber(load.capacities)} ${namesNumber(load.siteComponents)} ${namesNumber(out)} ${load.component}`;
      let instruction = byKind.get(kind);
      if (!instruction) {
        const fresh = instructionOf(load, asked, policy, out);
        const text = instructionText(fresh);
        instruction = byText.get(text) ?? fresh;
        byText.set(text, instruction);
        byKind.set(kind, instruction);
      }
      return instruction;
    },
  };
}

function remember(made: WeakMap<readonly Asked[], Made>, asked: readonly Asked[]): Made {
  const empty = { byKind: new Map(), byText: new Map() };
  made.set(asked, empty);
  return empty;
}

/** Numbers for objects: equal ones, by their keys, have the same. The key of an object is made once. */
function numbered<T extends object>(keyOf: (value: T) => string): (value: T) => number {
  const byObject = new WeakMap<T, number>();
  const byKey = new Map<string, number>();
  return (value) => {
    let number = byObject.get(value);
    if (number === undefined) {
      const key = keyOf(value);
      number = byKey.get(key) ?? byKey.size;
      byKey.set(key, number);
      byObject.set(value, number);
    }
    return number;
  };
}
