import { useState } from 'preact/hooks';
import { ask, Problem } from '../api.ts';
import { hearSession } from '../live/live.ts';
import { ProblemNote } from '../parts/notes.tsx';

/** Asks for the token; the server keeps it in a cookie that no script can read. */
export function LoginForm({ onDone }: { onDone: () => void }) {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await ask('session', { method: 'POST', body: { token } });
      setProblem(undefined);
      setToken('');
      void hearSession();
      onDone();
    } catch (error) {
      if (error instanceof Problem) setProblem(error);
    }
  };
  return (
    <form class="stack plain" onSubmit={submit}>
      <p class="quiet">This server wants a token. Whoever runs it has set it, in a file or a variable.</p>
      <label class="stack tight">
        Token
        <input
          type="password"
          class="field"
          autocomplete="current-password"
          required
          value={token}
          onInput={({ currentTarget }) => setToken(currentTarget.value)}
        />
      </label>
      {problem && <ProblemNote problem={problem} />}
      <div class="buttons">
        <button type="submit" class="button primary">
          Log in
        </button>
      </div>
    </form>
  );
}
