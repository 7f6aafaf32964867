/**
 * A server that costs next to nothing, so that what is measured is the client: raw TCP, no HTTP library, no
 * JSON. Every POST gets 201 and a new id, every GET an empty list. Run as a child process; says its port and,
 * when asked, what it has spent, by messages.
 */
import { createServer, type Socket } from 'node:net';

let answered = 0;
const endOfHead = Buffer.from('\r\n\r\n');
const lengthHeader = /\r\ncontent-length: *(\d+)/i;
const emptyList = answer('200 OK', '[]');

function answer(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** The id has always the same length, so that only the id changes from one answer to the next. */
const [createdHead, createdTail] = answer('201 Created', `{"id":"bench-${'0'.repeat(12)}"}`).split(
  '0'.repeat(12),
);
const created = (n: number) => `${createdHead}${String(n).padStart(12, '0')}${createdTail}`;

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let held: Buffer | undefined;
  socket.on('data', (chunk: Buffer) => {
    let rest = held === undefined ? chunk : Buffer.concat([held, chunk]);
    let answers = '';
    for (;;) {
      const end = requestEnd(rest);
      if (end === undefined) break;
      answered++;
      answers += rest[0] === 0x47 /* G */ ? emptyList : created(answered);
      rest = rest.subarray(end);
      if (rest.length === 0) break;
    }
    held = rest.length > 0 ? rest : undefined;
    if (answers !== '') socket.write(answers, 'latin1');
  });
}

/** Where the first request in `bytes` ends; undefined where it is not all there. */
function requestEnd(bytes: Buffer): number | undefined {
  const headEnd = bytes.indexOf(endOfHead);
  if (headEnd < 0) return undefined;
  const length = lengthHeader.exec(bytes.toString('latin1', 0, headEnd));
  const end = headEnd + endOfHead.length + Number(length?.[1] ?? 0);
  return end <= bytes.length ? end : undefined;
}

const server = createServer(serve);
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  process.send?.({ port: (server.address() as { port: number }).port });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ answered, cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => process.exit());
