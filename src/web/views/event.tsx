import { Loading } from '../parts/notes.tsx';

export function EventView() {
  return <Loading what="this" />;
}
