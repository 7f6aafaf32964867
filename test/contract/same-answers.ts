import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedAnswers, shortened } from './answers.ts';
import { replay, type Step } from './replay.ts';
import { script } from './script.ts';
import { simulated } from './simulated.ts';
import type { Part } from './vtn.ts';

/** A long script of requests, good and bad, gets from any VTN of this kind the very answers of the real server. */
export const sameAnswers: Part = (vtn, generation) => {
  test('each answer to the script is the one that the real server gave', async () => {
    const steps = script(generation);
    const recorded = recordedAnswers(generation);
    const said = await replay(vtn(), steps);
    const others = said.flatMap((one, index) => {
      const step = steps[index] as Step;
      return shortened(step, one) === recorded[index] ? [] : [{ step, said: one, recorded: recorded[index] }];
    });
    assert.deepEqual(others, [], `${others.length} of ${steps.length} answers are others`);
    assert.equal(recorded.length, steps.length);
  });
};

/** The same, with both at hand: tells a difference in full. */
export const sameAsSimulator: Part = (vtn, generation) => {
  test('the simulator gives the same answers to the script', async () => {
    const other = await simulated.find((candidate) => candidate.generation === generation)?.start();
    assert.ok(other);
    try {
      const steps = script(generation);
      const [real, ours] = [await replay(vtn(), steps), await replay(other, steps)];
      for (const [index, step] of steps.entries()) {
        assert.deepEqual(ours[index], real[index], `step ${index}: ${JSON.stringify(step)}`);
      }
    } finally {
      await other.stop();
    }
  });
};
