import { count } from '../../core/count.ts';

/** What comes to nothing in an interval: said of one, and of several. */
const ofIntervals = {
  instant: ['lasts no time, and asks nothing', 'last no time, and ask nothing'],
  never: ['follows one without end, and never begins', 'follow one without end, and never begin'],
  'no-shares': [
    'has several values and no end: only the first counts',
    'have several values and no end: only the first counts',
  ],
  'too-late': ['would begin when the event is over', 'would begin when the event is over'],
} as const;

/** Gathers what is to be told of an event's timeline, in few words however many intervals it has. */
export interface Notes {
  ofInterval(what: keyof typeof ofIntervals, id: number): void;
  /** Intervals overlap as far as this type goes. */
  overlap(type: string): void;
  ofEvent(text: string): void;
  /** No sentences. */
  all(): string[];
}

export function newNotes(): Notes {
  const found = new Map<keyof typeof ofIntervals, { first: number; count: number }>();
  const overlapping: string[] = [];
  const others: string[] = [];
  return {
    ofInterval(what, id) {
      const known = found.get(what);
      if (known === undefined) found.set(what, { first: id, count: 1 });
      else known.count++;
    },
    overlap: (type) => overlapping.push(type),
    ofEvent: (text) => others.push(text),
    all: () => [
      ...others,
      ...[...found].map(([what, { first, count: howMany }]) => {
        const [one, several] = ofIntervals[what];
        return howMany === 1
          ? `interval ${first} ${one}`
          : `${count(howMany)} intervals, the first of them ${first}, ${several}`;
      }),
      ...(overlapping.length === 0
        ? []
        : [
            `intervals overlap (${shortList(overlapping)}): of those at one time the later one in the list counts`,
          ]),
    ],
  };
}

function shortList(types: readonly string[]): string {
  const most = 5;
  return types.length > most ? `${types.slice(0, most).join(', ')}, …` : types.join(', ');
}
