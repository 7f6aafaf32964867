/** A thread for `thread.test.ts`. */
import { VenfleetError } from '../../../src/core/errors.ts';
import { serveThread, threadData } from '../../../src/core/thread.ts';

const start = threadData<number>();
let total = start;
let opens = 0;
let last = new Uint8Array(0);

const methods = {
  add: async (ms: number, n: number) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    total += n;
    return { total, opens };
  },
  complain: async (): Promise<never> => {
    throw new VenfleetError(
      'DB_LOCKED',
      { path: 'a.db', problem: 'somebody has it' },
      { suspicion: 'answer-too-large' },
    );
  },
  fail: async (): Promise<never> => {
    throw new Error('odd');
  },
  bytes: async (length: number) => {
    last = new Uint8Array(length).fill(7);
    return last;
  },
  lengthOfLast: async () => last.length,
  die: async (): Promise<never> => process.exit(3),
};
export type Calculator = typeof methods;

serveThread<Calculator>({
  async open() {
    opens += 1;
    return { methods, moves: { bytes: ({ buffer }) => [buffer] }, close() {} };
  },
  errorOf: (error) =>
    error instanceof VenfleetError ? error : new Error(`told: ${(error as Error).message}`),
});
