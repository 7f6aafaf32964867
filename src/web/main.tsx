import { render } from 'preact';
import type { Overview } from '../server/schemas/overview.ts';

function Page({ overview }: { overview: Overview | undefined }) {
  return <main>{overview ? `${overview.loads.registered} loads are registered` : 'Loading…'}</main>;
}

render(<Page overview={undefined} />, document.getElementById('page')!);
