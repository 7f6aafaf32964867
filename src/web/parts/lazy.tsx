import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../api.ts';
import { Loading, ProblemNote } from './notes.tsx';

/** A component that comes when it is first drawn: `load` brings it. */
export function lazy<Props extends object>(what: string, load: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [Part, setPart] = useState<ComponentType<Props> | undefined>(() => loaded);
    const [problem, setProblem] = useState<Problem>();
    useEffect(() => {
      if (loaded) return;
      load().then(
        (part) => {
          loaded = part;
          setPart(() => part);
        },
        () =>
          setProblem(
            new Problem(
              {
                code: 'NO_ANSWER',
                message: `It was not possible to load ${what}.`,
                hint: 'Load the page anew.',
              },
              0,
            ),
          ),
      );
    }, []);
    if (problem) return <ProblemNote problem={problem} />;
    return Part ? <Part {...props} /> : <Loading what={what} />;
  };
}
