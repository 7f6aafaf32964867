import type { Manner } from '../machine/collection.ts';
import { type Call, json } from '../machine/dialect.ts';
import { Refusal } from '../machine/refusal.ts';
import type { SimulatorSwitches } from '../machine/switches.ts';
import type { Auth } from '../machine/tokens.ts';
import { problem, refuse, refuseFields } from './problems.ts';

/** How the gateway speaks. */
export function mannerOf(switches: SimulatorSwitches, auth: Auth): Manner {
  return {
    switches,
    identify(call) {
      const caller = auth.callerOf(call);
      if (typeof caller === 'object') return caller;
      const reply =
        caller === 'missing'
          ? problem(401, 'Not authenticated')
          : problem(switches.badTokenStatus || 401, `Could not validate credentials: ${caller} token`);
      throw new Refusal({ ...reply, headers: { 'www-authenticate': 'Bearer' } });
    },
    id: (text) => text,
    body(call) {
      demandJson(call, switches);
      const text = call.text();
      try {
        return JSON.parse(text);
      } catch {
        return refuseFields([{ loc: ['body'], msg: 'JSON decode error' }]);
      }
    },
    problem: (status, text = '') => problem(status, text),
    missing: (kind) => problem(404, `${kind} not found`),
    exists: (kind, id) => json(409, { detail: `${kind} already exists`, id }),
  };
}

/** 415 for a body that is not said to be JSON, 413 for one that is too long as it came. */
export function demandJson({ headers, wire }: Call, { maxBodyBytes }: SimulatorSwitches): void {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) refuse(415, 'Unsupported Media Type');
  if (maxBodyBytes > 0 && wire.length > maxBodyBytes) refuse(413, 'Payload Too Large');
}
