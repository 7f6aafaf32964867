import { Loading } from '../parts/notes.tsx';

export function LoadView() {
  return <Loading what="this" />;
}
