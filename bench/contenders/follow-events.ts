/*
 * Follows events until so many loads were told something (`once`), or until a time; prints when it knew what. Arguments: the
 * database, the VTN, the sink (a path, or mqtt://…), and either `once`, or the time in milliseconds since 1970.
 */
import { followEvents, type SinkOptions } from '../../src/api/follow-events.ts';

const [dbPath = '', vtnUrl = '', sink = '', until = 'once'] = process.argv.slice(2);
const where: SinkOptions = sink.startsWith('mqtt:')
  ? { kind: 'mqtt', url: sink }
  : { kind: 'file', path: sink };
const stop = new AbortController();
if (until !== 'once') setTimeout(() => stop.abort(), Number(until) - Date.now());

let readAt = Number.NaN;
let resolvedAt = Number.NaN;
let workedOutAt = Number.NaN;
let handedAt = Number.NaN;
const summary = await followEvents({
  ...{ dbPath, vtnUrl, profile: 'openadr-3.1', bearerToken: 'bench', sinks: [where] },
  ...{ once: until === 'once', pollSeconds: 3_600, signal: stop.signal },
  onNews(news) {
    const now = performance.now();
    if (news.type === 'reading') readAt = now;
    if (news.type === 'note' && news.note.what === 'resolved') resolvedAt = now;
    if (news.type === 'worked-out' && news.dispatched.told > 0) workedOutAt = now;
    if (news.type === 'handed-over') handedAt = now;
  },
});
const since = (at: number) => (Number.isNaN(at) ? null : Math.round(at - readAt));
process.stdout.write(
  `${JSON.stringify({ ...summary, resolvedMs: since(resolvedAt), notedMs: since(workedOutAt), handedMs: since(handedAt) })}\n`,
);
