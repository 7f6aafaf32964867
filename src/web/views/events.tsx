import { Loading } from '../parts/notes.tsx';

export function EventsView() {
  return <Loading what="this" />;
}
