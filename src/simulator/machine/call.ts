import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Call, OwnFault } from './dialect.ts';
import { longestBody, splitTarget } from './http-messages.ts';

/** Thrown where a body cannot be had: what the VTN answers. */
export class UnreadableBody {
  readonly status: 400 | 413 | 415;
  readonly why: string;

  constructor(status: 400 | 413 | 415, why: string) {
    this.status = status;
    this.why = why;
  }
}

interface Surroundings {
  readonly basePath: string;
  befalls(fault: OwnFault): boolean;
}

/** A request that was wholly received. Its body is made readable when it is asked for. */
export class ReceivedCall implements Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly basePath: string;
  readonly headers: IncomingHttpHeaders;
  readonly wire: Buffer;
  readonly encoding: string;
  readonly befalls: (fault: OwnFault) => boolean;
  #content: Buffer | undefined;

  constructor(request: IncomingMessage, body: Buffer, { basePath, befalls }: Surroundings) {
    const [path, query] = splitTarget(request.url as string);
    this.method = request.method as string;
    // What is not below the base path is nowhere.
    this.path = path.startsWith(basePath) ? path.slice(basePath.length) : '/..';
    this.query = query;
    this.basePath = basePath;
    this.headers = request.headers;
    this.wire = body;
    this.encoding = request.headers['content-encoding'] ?? 'identity';
    this.befalls = befalls;
  }

  content(): Buffer {
    this.#content ??= this.encoding === 'gzip' ? unzip(this.wire) : this.wire;
    return this.#content;
  }

  text(): string {
    return this.content().toString();
  }
}

function unzip(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: longestBody });
  } catch (error) {
    const isTooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLong
      ? new UnreadableBody(413, 'Payload Too Large')
      : new UnreadableBody(400, 'The body is not compressed with gzip');
  }
}
