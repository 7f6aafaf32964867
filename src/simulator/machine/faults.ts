import { type Random, seededRandom } from '../../core/random.ts';
import type { Dialect, OwnFault, Reply } from './dialect.ts';
import { type Spoilt, spoil } from './nonsense.ts';
import type { Counters } from './stats.ts';
import type { NonsenseKind, SimulatorSwitches } from './switches.ts';

/** An answer given word by word. */
export interface ScriptedAnswer {
  readonly status: number;
  readonly body?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the request is carried out all the same. Default false. */
  readonly carryOut?: boolean;
}

/** What is to happen to one request. */
interface Fate {
  /** Answered in place of carrying the request out. */
  readonly instead?: Reply;
  /** Done to the answer after the request was carried out. */
  readonly after?: (reply: Reply) => Spoilt;
}

export interface Faults {
  /** Draws the fate of one request of this kind. */
  plan(kind: string): Fate;
  /** The next `count` requests (of this kind, where one is given) get this. */
  script(count: number, what: NonsenseKind | ScriptedAnswer, kind?: string): void;
  /** Draws whether such a fault befalls a request. */
  befalls(fault: OwnFault): boolean;
  reset(): void;
}

interface Script {
  left: number;
  readonly what: NonsenseKind | ScriptedAnswer;
  readonly kind: string | undefined;
}

const unharmed: Fate = {};

/** The switch that says how often such a fault befalls a request. */
const rateOf = { short: 'shortCount', forget: 'forgetRate', partial: 'partialRate' } as const;

/** Each kind of fault draws from its own stream, so that turning one on does not move the others. */
export function createFaults(
  switches: SimulatorSwitches,
  seed: number,
  dialect: Dialect,
  counters: Counters,
): Faults {
  let streams = streamsOf(seed);
  let scripts: Script[] = [];

  const errorReply = (random: Random): Reply => {
    const status = pick(switches.errorStatuses, random);
    // A gateway in front of the VTN answers with a page of its own.
    if (status === 502) return { status, body: '<html>502 Bad Gateway</html>', contentType: 'text/html' };
    return dialect.problem(status, status === 503 ? 'Service Unavailable' : 'Internal Server Error');
  };
  const spoilWith = (what: NonsenseKind) => (reply: Reply) => {
    const spoilt = spoil(reply, what, dialect);
    if (spoilt !== undefined) counters.fault(what);
    return spoilt ?? reply;
  };
  const scripted = (what: Script['what']): Fate => {
    if (typeof what === 'string') return { after: spoilWith(what) };
    const { carryOut, ...answer } = what;
    counters.fault('scripted');
    const reply: Reply = { body: '', ...answer };
    return carryOut ? { after: () => reply } : { instead: reply };
  };
  const drawn = (kind: string): Fate => {
    const { errors, drops, nonsense } = streams;
    if (switches.errorRate > 0 && errors() < switches.errorRate) {
      const reply = errorReply(errors);
      const after = errors() < switches.errorAfterShare;
      counters.fault(after ? 'error-after' : 'error-before');
      return after ? { after: () => reply } : { instead: reply };
    }
    if (switches.dropRate > 0 && !kind.startsWith('GET ') && drops() < switches.dropRate) {
      return { after: (reply) => (reply.status < 300 ? spoilWith('drop')(reply) : reply) };
    }
    if (switches.nonsenseRate > 0 && nonsense() < switches.nonsenseRate) {
      return { after: spoilWith(pick(switches.nonsense, nonsense)) };
    }
    return unharmed;
  };
  return {
    plan(kind) {
      const script = scripts.find((one) => one.kind === undefined || one.kind === kind);
      if (!script) return drawn(kind);
      script.left -= 1;
      if (script.left <= 0) scripts = scripts.filter((one) => one !== script);
      return scripted(script.what);
    },
    script(count, what, kind) {
      scripts.push({ left: count, what, kind });
    },
    befalls(fault) {
      const rate = switches[rateOf[fault]];
      if (rate === 0 || streams[fault]() >= rate) return false;
      counters.fault(fault);
      return true;
    },
    reset() {
      streams = streamsOf(seed);
      scripts = [];
    },
  };
}

function streamsOf(seed: number): Record<'errors' | 'drops' | 'nonsense' | OwnFault, Random> {
  return {
    errors: seededRandom(seed),
    drops: seededRandom(seed + 1),
    nonsense: seededRandom(seed + 2),
    // seed + 3 is that of the jitter.
    short: seededRandom(seed + 4),
    forget: seededRandom(seed + 5),
    // seed + 6 and seed + 7 are those of notifications.
    partial: seededRandom(seed + 8),
  };
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}
