import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { instructionOf } from '../../../src/events/setpoints/instruct.ts';
import type { Instruction } from '../../../src/events/setpoints/instruction.ts';
import { instructionOfText, instructionText } from '../../../src/events/setpoints/instruction-text.ts';
import { createInstructor } from '../../../src/events/setpoints/instructor.ts';
import { defaultPolicy } from '../../../src/events/setpoints/policy.ts';
import { usualComponents } from '../../../src/fleet/components.ts';
import { ask, loadOf, medium } from './loads.ts';

describe('loads of one kind share an instruction', () => {
  const asked = [ask('SIMPLE', 2), ask('IMPORT_CAPACITY_LIMIT', 35)];

  test('which is the one that each would have for itself', () => {
    const instructor = createInstructor(defaultPolicy);
    for (const component of usualComponents)
      for (const capacities of [medium, { ...medium, maxKw: 20 }])
        for (const siteComponents of [usualComponents, [component]])
          for (const out of [[], ['load_1']]) {
            const load = loadOf(component, { capacities, siteComponents });
            const expected = instructionOf(load, asked, defaultPolicy, out);
            assert.deepEqual(instructor.instructionFor(load, asked, out), expected);
          }
  });

  test('and is one object for equal loads, whatever objects they are made of', () => {
    const instructor = createInstructor(defaultPolicy);
    const first = instructor.instructionFor(loadOf('load_2'), asked);
    const copied = {
      loadId: 'b',
      siteId: 'site-2',
      capacities: { ...medium },
      siteComponents: [...usualComponents],
    };
    assert.equal(instructor.instructionFor(loadOf('load_2', copied), asked), first);
    assert.equal(instructor.instructionFor(loadOf('load_2'), asked, []), first);
    assert.notEqual(instructor.instructionFor(loadOf('load_3'), asked), first);
    assert.notEqual(instructor.instructionFor(loadOf('load_2'), asked, ['load_1']), first);
    assert.notEqual(instructor.instructionFor(loadOf('load_2'), [...asked]), first);
  });

  test('also of several kinds, where it is the same for them', () => {
    const instructor = createInstructor(defaultPolicy);
    const price = [ask('PRICE', 0.3, 'KWH')];
    const all = usualComponents.map((component) => instructor.instructionFor(loadOf(component), price));
    assert.equal(new Set(all).size, 1);
  });
});

describe('an instruction as text', () => {
  test('is the same whatever the order of the fields, and comes back', () => {
    const instruction = instructionOf(
      loadOf('load_2'),
      [ask('SIMPLE', 2), ask('CURVE', { x: 1, y: 2 })],
      defaultPolicy,
    );
    const text = instructionText(instruction);
    assert.equal(
      text,
      '{"setpoints":[' +
        '{"type":"CURVE","values":[{"x":1,"y":2}],"units":null,"eventId":"e1","version":1,"intervalId":0,"fromMs":1000,"untilMs":null},' +
        '{"type":"SIMPLE","values":[2],"units":null,"eventId":"e1","version":1,"intervalId":0,"fromMs":1000,"untilMs":null,"limitKw":5}]}',
    );
    assert.deepEqual(instructionOfText(text), instruction);
    assert.equal(instructionText(reversed(instruction)), text);
  });

  test('says all that is in it', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.boolean(),
      fc.record({ x: fc.integer(), y: fc.integer() }),
    );
    const number = fc.option(fc.integer(), { nil: undefined });
    const setpoint = fc.record(
      {
        type: fc.string(),
        values: fc.array(value),
        units: fc.option(fc.string()),
        eventId: fc.string(),
        version: fc.integer(),
        intervalId: fc.integer(),
        fromMs: fc.integer(),
        untilMs: fc.option(fc.integer()),
        limitKw: number,
        exportLimitKw: number,
        clampedFrom: number,
        reason: fc.option(fc.string(), { nil: undefined }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(setpoint), (setpoints) => {
        const text = instructionText({ setpoints });
        assert.deepEqual(instructionOfText(text), JSON.parse(JSON.stringify({ setpoints })));
        assert.equal(instructionText(instructionOfText(text)), text);
        assert.equal(instructionText(reversed({ setpoints })), text);
      }),
    );
  });
});

/** The same with the fields of every object the other way round. */
function reversed(instruction: Instruction): Instruction {
  const turn = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turn);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, one]) => [name, turn(one)]),
    );
  };
  return turn(instruction) as Instruction;
}
