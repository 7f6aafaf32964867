/** An intervalPeriod as the VTN keeps it: the readers have rewritten its start and its duration. */
export interface Period {
  readonly start?: unknown;
  readonly duration?: unknown;
}

/** Says when intervals are, in the order in which they stand in a report. Milliseconds since 1970, UTC. */
export interface IntervalTimes {
  /** undefined: nothing says when. `own`: the interval's own period. */
  next(own: Period | undefined): { readonly start: number; readonly end: number } | undefined;
}

/** Intervals without a period of their own follow each other, from the start of that of all of them on. */
export function intervalTimes(ofAll: Period | undefined): IntervalTimes {
  const usual = lengthOf(ofAll?.duration);
  let next = startOf(ofAll);
  return {
    next(own) {
      const start = own ? startOf(own) : next;
      if (start === undefined) return undefined;
      const length = own?.duration === undefined ? usual : lengthOf(own.duration);
      next = length ? length(start) : start;
      return { start, end: next };
    },
  };
}

function startOf(period: Period | undefined): number | undefined {
  return typeof period?.start === 'string' ? Date.parse(period.start) : undefined;
}

const form = /^P(.+)Y(.+)M(.+)DT(.+)H(.+)M(.+)S$/;

/** What gives the end of a duration from its start; undefined where there is none. */
function lengthOf(duration: unknown): ((start: number) => number) | undefined {
  const parts = typeof duration === 'string' ? form.exec(duration)?.slice(1).map(Number) : undefined;
  if (!parts) return undefined;
  const [years, months, days, hours, minutes, seconds] = parts as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const rest = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  if (years === 0 && months === 0) return (start) => start + rest;
  // Months are not equally long.
  return (start) => {
    const end = new Date(start);
    end.setUTCMonth(end.getUTCMonth() + years * 12 + months);
    return end.getTime() + rest;
  };
}
