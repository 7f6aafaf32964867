import { Loading } from '../parts/notes.tsx';

export function RunsView() {
  return <Loading what="this" />;
}
