import { useAnswer } from '../api.ts';
import { Empty, Loading, ProblemNote } from '../parts/notes.tsx';
import type { Live } from './live.ts';

/** Stands where nothing has come yet. Live updates do not say why; whoever asks is told. */
export function Waiting({ live: { connection }, what }: { live: Live; what: string }) {
  const { problem, again } = useAnswer(connection === 'open' ? 'overview' : undefined);
  if (connection === 'lost')
    return <Empty title="The server does not answer.">This page shows {what} as soon as it does.</Empty>;
  return problem ? <ProblemNote problem={problem} again={again} /> : <Loading what={what} />;
}
