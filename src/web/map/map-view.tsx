import { Loading } from '../parts/notes.tsx';

export function MapView() {
  return <Loading what="the map" />;
}
