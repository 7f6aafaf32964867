/**
 * A server that takes meter data at next to no cost, so that what is measured is the client: raw TCP, bodies counted and let
 * go. `POST /report_data/bulk` gets the number of readings that it brought, every other POST a new id, `GET /reports/<id>` that it has
 * what it was told, every other GET an empty list.
 * Run as a child process; says its port and, when asked, what it has taken and spent, by messages.
 */
import { createServer, type Socket } from 'node:net';

let answered = 0;
let bytes = 0;
const endOfHead = Buffer.from('\r\n\r\n');
const lengthHeader = /\r\ncontent-length: *(\d+)/i;
const bulk = 'POST /report_data/bulk';

/** Readings in a bulk body by its length: those of the bench that are of one length have as many. */
const readingsByLength = new Map<number, number>();
const reading = Buffer.from('"interval_start"');

function readingsIn(body: Buffer): number {
  let readings = 0;
  for (let at = body.indexOf(reading); at >= 0; at = body.indexOf(reading, at + reading.length)) readings++;
  return readings;
}

/** Reports, by the ids that they got. */
const nameById = new Map<string, string>();

/** The name of a report stands at its beginning, which may come in pieces, the first of them empty. */
function nameIn(pieces: readonly Buffer[]): string {
  const beginning = Buffer.concat(pieces.filter(({ length }) => length > 0).slice(0, 2));
  return /"reportName":"([^"]*)"/.exec(beginning.toString('latin1', 0, 2_000))?.[1] ?? '';
}

function answer(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

const created = (more: string) => answer('201 Created', `{"id":"bench-${answered}"${more}}`);

/** A request whose head is there. */
interface Request {
  readonly head: string;
  readonly length: number;
  /** Bytes of its body that are still to come. */
  left: number;
  /** Its body, where nobody knows yet how many readings it has. */
  readonly pieces: Buffer[] | undefined;
}

function answerTo({ head, length, pieces }: Request): string {
  answered++;
  bytes += length;
  const [, lookedAt] = /^GET \/reports\/(\S+) /.exec(head) ?? [];
  if (lookedAt !== undefined)
    return answer('200 OK', `{"id":"${lookedAt}","reportName":"${nameById.get(lookedAt)}","resources":[]}`);
  if (head.startsWith('GET')) return answer('200 OK', '[]');
  if (!head.startsWith(bulk)) {
    nameById.set(`bench-${answered}`, nameIn(pieces ?? []));
    return created('');
  }
  if (pieces) readingsByLength.set(length, readingsIn(Buffer.concat(pieces)));
  return created(`,"entries_created":${readingsByLength.get(length)}`);
}

function requestOf(head: string): Request {
  const length = Number(lengthHeader.exec(head)?.[1] ?? 0);
  // The beginning of a report has its name.
  const isNew = !head.startsWith(bulk) || !readingsByLength.has(length);
  return { head, length, left: length, pieces: isNew ? [] : undefined };
}

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let request: Request | undefined;
  let held: Buffer | undefined;
  socket.on('data', (chunk: Buffer) => {
    let rest = held === undefined ? chunk : Buffer.concat([held, chunk]);
    held = undefined;
    for (;;) {
      if (!request) {
        const end = rest.indexOf(endOfHead);
        if (end < 0) break;
        request = requestOf(rest.toString('latin1', 0, end));
        rest = rest.subarray(end + endOfHead.length);
      }
      const body = rest.subarray(0, request.left);
      request.pieces?.push(body);
      request.left -= body.length;
      rest = rest.subarray(body.length);
      if (request.left > 0) break;
      socket.write(answerTo(request), 'latin1');
      request = undefined;
    }
    if (rest.length > 0) held = rest;
  });
}

const server = createServer(serve);
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  process.send?.({ port: (server.address() as { port: number }).port });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ answered, bytes, cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => process.exit());
