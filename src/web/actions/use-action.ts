import { useState } from 'preact/hooks';
import { ask, type Problem } from '../api.ts';

export interface Action<Answer> {
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  /** The server wants a token first. */
  readonly needsLogin: boolean;
  readonly answer: Answer | undefined;
  readonly run: (body?: object) => Promise<void>;
}

/** Has the server do something: `path` of `actions/`. */
export function useAction<Answer>(path: string): Action<Answer> {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [answer, setAnswer] = useState<Answer>();
  const run = async (body: object = {}) => {
    setBusy(true);
    setProblem(undefined);
    try {
      setAnswer(await ask<Answer>(`actions/${path}`, { method: 'POST', body }));
    } catch (error) {
      setProblem(error as Problem);
    }
    setBusy(false);
  };
  return { isBusy, problem, needsLogin: problem?.status === 401, answer, run };
}
