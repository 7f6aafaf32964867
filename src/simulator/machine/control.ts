import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeError } from '../../core/errors.ts';
import { checksumText } from '../points/checksum.ts';
import { badOption } from './bad-option.ts';
import { type HeldPoints, type HeldResource, json, type Reply } from './dialect.ts';
import type { ScriptedAnswer } from './faults.ts';
import { send, splitTarget } from './http-messages.ts';
import type { Simulator } from './simulator.ts';
import { type NonsenseKind, nonsenseKinds, type SimulatorSwitches } from './switches.ts';

/** Below this are the simulator's own pages, which need no token and meet no faults. */
export const controlPrefix = '/__simulator/';

/** The body of `POST /__simulator/control`; all parts optional, carried out in this order. */
interface ControlRequest {
  reset?: boolean;
  wipe?: boolean;
  set?: Partial<SimulatorSwitches>;
  /** Milliseconds. */
  stall?: number;
  answerNext?: { count: number; what: NonsenseKind | ScriptedAnswer; kind?: string };
  loseEvents?: boolean;
  dropMqttClients?: boolean;
}

/**
 * `GET stats`: counters, as JSON. `GET resources`: what is held, and `GET points`: what was told of each series of
 * readings, one JSON object a line. `GET switches`. What else a kind of VTN has to show, a line each: `GET events`, …
 * `POST control`: changes the switches, and so on; answers with them. 400 for anything unknown.
 */
export function answerControl(
  simulator: Simulator,
  method: string,
  target: string,
  body: string,
  response: ServerResponse,
): void {
  const name = splitTarget(target)[0].slice(controlPrefix.length);
  const page = `${method} ${name}`;
  const pages = simulator.pages();
  if (page === 'GET resources') streamLines(simulator.resources(), resourceLine, response);
  else if (page === 'GET points') streamLines(simulator.points(), pointsLine, response);
  else if (page === 'GET stats') send(response, json(200, simulator.stats()));
  else if (page === 'GET switches') send(response, json(200, simulator.switches()));
  else if (page === 'POST control') send(response, control(simulator, body));
  else if (method === 'GET' && Object.hasOwn(pages, name))
    streamLines((pages[name] as () => Iterable<object>)(), (one) => one, response);
  else send(response, json(404, { problem: `no such page: ${page}` }));
}

function control(simulator: Simulator, body: string): Reply {
  try {
    const asked = JSON.parse(body) as ControlRequest;
    const { reset, wipe, set, stall, answerNext, loseEvents, dropMqttClients, ...unknown } = asked;
    const [name] = Object.keys(unknown);
    if (name !== undefined) throw badOption(`unknown "${name}"`);
    if (answerNext) checkScript(answerNext);
    if (stall !== undefined && !(stall >= 0)) throw badOption('"stall" takes milliseconds');
    if (reset) simulator.reset();
    if (wipe) simulator.wipe();
    if (set) simulator.set(set);
    if (stall !== undefined) simulator.stall(stall);
    if (answerNext) simulator.answerNext(answerNext.count, answerNext.what, answerNext.kind);
    if (loseEvents) simulator.loseEvents();
    if (dropMqttClients) simulator.dropMqttClients();
    return json(200, simulator.switches());
  } catch (error) {
    return json(400, { problem: describeError(error) });
  }
}

function checkScript({ count, what }: NonNullable<ControlRequest['answerNext']>): void {
  if (!Number.isInteger(count) || count < 1) throw badOption('"answerNext.count" takes a whole number');
  const known =
    typeof what === 'string'
      ? nonsenseKinds.includes(what)
      : Number.isInteger(what?.status) && what.status >= 200;
  if (!known) throw badOption('"answerNext.what" is no kind of nonsense and no answer');
}

function resourceLine({ id, externalId, ven, name, loadId }: HeldResource): object {
  return { id, externalId, ven, name, loadId };
}

function pointsLine({ resource, externalId, ven, kind, series }: HeldPoints): object {
  const { fresh, again, spans, last } = series;
  return {
    ...{ resource, externalId, ven, kind },
    points: fresh.count,
    first: new Date(spans[0] as number).toISOString(),
    last: new Date(last).toISOString(),
    checksum: checksumText(fresh.sum),
    again: again.count,
    againChecksum: checksumText(again.sum),
  };
}

/** Written as fast as the reader takes it, so that a million of them need no memory. */
function streamLines<T>(held: Iterable<T>, line: (one: T) => object, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  // A reader that goes away needs no more lines.
  pipeline(Readable.from(piecesOf(held, line)), response).catch(() => undefined);
}

function* piecesOf<T>(held: Iterable<T>, line: (one: T) => object): Iterable<string> {
  let text = '';
  for (const one of held) {
    text += `${JSON.stringify(line(one))}\n`;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  yield text;
}
