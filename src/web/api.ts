import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Session } from '../server/schemas/actions.ts';
import type { ProblemAnswer } from '../server/schemas/common.ts';

/** An answer that is no success, or none at all. */
export class Problem extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: number;

  constructor({ code, message, hint }: ProblemAnswer, status: number) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.status = status;
  }
}

/** Where the API has `path`: beside the page, wherever that is. */
export function address(path: string): string {
  return new URL(`api/v1/${path}`, document.baseURI).href;
}

/** Asks the server. Throws `Problem`. */
export async function ask<Answer>(
  path: string,
  { method = 'GET', body, signal }: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer> {
  const init: RequestInit = { method, credentials: 'same-origin' };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json' };
  }
  let response: Response;
  try {
    response = await fetch(address(path), init);
  } catch (error) {
    if (signal?.aborted) throw error;
    const message = 'The server does not answer.';
    throw new Problem({ code: 'NO_ANSWER', message, hint: 'It may be starting again: try again soon.' }, 0);
  }
  const answer = await response.json().catch(() => undefined);
  if (response.ok) return answer as Answer;
  throw new Problem(isProblem(answer) ? answer : unclear(response.status), response.status);
}

function isProblem(answer: unknown): answer is ProblemAnswer {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'message' in answer;
}

function unclear(status: number): ProblemAnswer {
  return { code: `HTTP_${status}`, message: `The server answered with HTTP ${status}.` };
}

/** Whether a token is asked for; undefined: the server does not answer. */
export async function readSession(): Promise<Session | undefined> {
  return ask<Session>('session').catch(() => undefined);
}

export interface Asked<Answer> {
  readonly answer?: Answer;
  readonly problem?: Problem;
  readonly isAsking: boolean;
  readonly again: () => void;
}

/**
 * Asks for `path`, and again when it or `reason` changes; what was known of the same path stays meanwhile. An answer that was overtaken
 * is dropped. `undefined`: nothing is asked.
 */
export function useAnswer<Answer>(path: string | undefined, reason?: unknown): Asked<Answer> {
  const [known, setKnown] = useState<{ path?: string; answer?: Answer; problem?: Problem }>({});
  const [round, setRound] = useState(0);
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => {
    running.current?.abort();
    if (path === undefined) return;
    const ending = new AbortController();
    running.current = ending;
    ask<Answer>(path, { signal: ending.signal }).then(
      (answer) => !ending.signal.aborted && setKnown({ path, answer }),
      (error) => {
        if (ending.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem(unclear(0), 0);
        setKnown((before) => ({ ...(before.path === path && before), path, problem }));
      },
    );
    return () => ending.abort();
  }, [path, reason, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const isCurrent = path !== undefined && known.path === path;
  return {
    ...(isCurrent && known.answer !== undefined && { answer: known.answer }),
    ...(isCurrent && known.problem && { problem: known.problem }),
    isAsking: path !== undefined && !isCurrent,
    again,
  };
}
