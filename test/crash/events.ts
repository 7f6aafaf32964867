import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postEvent } from '../../src/api/post-event.ts';
import { register } from '../../src/api/register.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { sitesOf, writePythonDatabase } from '../support/fleet-database.ts';
import { auditEvents, type EventsAudit, longDuration } from './audit-events.ts';
import { complaintsOf, graceSeconds, holdMs } from './campaign.ts';
import { arrivalsIn, startEventSinks } from './event-sinks.ts';
import { vtnOptions } from './scenarios.ts';
import { startSlowPath } from './slow-path.ts';
import { type KillPlan, runVictim, type VictimEnd } from './victim.ts';

export interface EventCampaignOptions {
  /** Of each fleet, and how many fleets. */
  readonly kills: number;
  readonly fleets: number;
  readonly seed: number;
  /** VENs of a fleet, with four sites of six loads each. */
  readonly vens: number;
  /** Milliseconds after which no further kill is made. */
  readonly timeLimitMs: number;
}

/** One fleet that was told of events, through however many kills. */
export interface ToldFleet extends EventsAudit {
  readonly kills: number;
  /** What was done to events meanwhile. */
  readonly changes: number;
  readonly seconds: number;
  readonly complaints: readonly string[];
  readonly ok: boolean;
}

/** Kills `venfleet events` over and over, fleet after fleet, while events are made, changed and cancelled. */
export async function* eventCampaign(options: EventCampaignOptions): AsyncGenerator<ToldFleet> {
  const random = seededRandom(options.seed);
  const deadline = performance.now() + options.timeLimitMs;
  for (let fleet = 0; fleet < options.fleets && performance.now() < deadline; fleet++)
    yield await oneFleet(options, deadline, random);
}

const profile = 'openadr-3.1';
const peaceful = { errorRate: 0, dropRate: 0, maxRate: 0 };

async function oneFleet(
  { seed, vens, kills: mostKills }: EventCampaignOptions,
  deadline: number,
  random: Random,
): Promise<ToldFleet> {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'venfleet-crash-'));
  const simulator = await startSimulator({ dialect: profile, seed });
  const noise = { target: simulator.url, random, holdShare: 0.1, holdMs, abandonShare: 0.02 };
  const path = await startSlowPath(noise);
  const sinks = await startEventSinks(random, 0.1);
  sinks.onArrival = (kind) => path.onRequest(kind);
  try {
    const file = (name: string) => join(folder, name);
    const [dbPath, told, key] = [file('resources.db'), file('told.ndjson'), file('key')];
    writeFileSync(key, 'crash-test');
    const names = Array.from({ length: vens }, (_, index) => [`VEN ${index}`, 4] as const);
    writePythonDatabase(dbPath, sitesOf(Object.fromEntries(names)));
    await register({ dbPath, vtnUrl: path.url, profile, bearerToken: 'crash-test' });
    const {
      dialect: _,
      seed: __,
      ...faults
    } = vtnOptions({ name: profile, profile, duplicates: '409' }, seed);
    simulator.set(faults);
    const where = ['--sink', told, '--sink', sinks.brokerUrl, '--sink', sinks.hookUrl];
    const victim = {
      command: ['events', '--poll', '1', '--signing-key-file', key, ...where],
      isThing: (kind: string) => kind === 'PUBLISH' || kind === 'POST /hook',
      ...{ dbPath, profile, path, graceSeconds },
    };
    const editor = editEvents(simulator.url, random);
    const ends: VictimEnd[] = [];
    while (ends.length < mostKills && performance.now() < deadline)
      ends.push(await runVictim(victim, drawPlan(random)));
    const changes = await editor.stop();
    simulator.set(peaceful);
    const last = await runVictim({ ...victim, command: [...victim.command, '--once'] }, undefined);
    await path.idle();
    const arrived = { file: arrivalsIn(told), mqtt: sinks.broker, webhook: sinks.hook };
    const found = await auditEvents(dbPath, simulator.url, arrived);
    const complaints = complaintsOf([...ends, last]);
    return {
      ...found,
      kills: ends.filter(({ killed }) => killed).length,
      changes,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
      complaints,
      ok: found.twice + found.wrong + found.unlike + found.left + complaints.length === 0,
    };
  } finally {
    await path.close();
    await Promise.all([simulator.close(), sinks.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Most kills fall while it hands over what is asked. */
function drawPlan(random: Random): KillPlan {
  const draw = random();
  if (draw < 0.1) return { after: 'spawn', afterMs: random() * 1_000 };
  if (draw < 0.2) return { after: 'first request', afterMs: random() * 100 };
  if (draw < 0.7) return { after: 'first thing', afterMs: random() * 100 };
  return { after: 'first thing', afterMs: random() * 2_000 };
}

/** Events that last beyond the test at a time, at most. */
const mostLasting = 4;

/**
 * Makes, changes and cancels events until it is stopped; some last beyond the test, others for a second or two. Then waits until
 * these are over, and returns how much was done.
 */
function editEvents(vtnUrl: string, random: Random) {
  const vtn = { vtnUrl, profile, bearerToken: 'crash-test' } as const;
  const stop = new AbortController();
  let lasting: string[] = [];
  let changes = 0;
  const targets = () => {
    const draw = Math.floor(random() * 12);
    return draw < 6 ? [{ type: null, value: `load_${draw}` }] : [];
  };
  const create = (more: object) => {
    // No two alike: which of two equals counts is another test's matter. The newest counts most: one that was made, though its answer
    // was lost, is never cancelled, and must not silence all others.
    const wish = {
      priority: 1_000_000 - changes,
      values: [Math.floor(random() * 4)],
      targets: targets(),
      ...more,
    };
    return postEvent({ ...vtn, action: { kind: 'create' }, wish });
  };
  const change = async () => {
    const id = lasting[Math.floor(random() * lasting.length)];
    const draw = random();
    if (id === undefined || (draw < 0.3 && lasting.length < mostLasting))
      lasting.push((await create({ duration: longDuration })).id);
    else if (draw < 0.5)
      await create({ start: new Date(Date.now() + 500 + random() * 1_500), duration: 'PT2S' });
    else if (draw < 0.8)
      await postEvent({
        ...vtn,
        action: { kind: 'modify', id },
        wish: { values: [Math.floor(random() * 4)] },
      });
    else {
      await postEvent({ ...vtn, action: { kind: 'cancel', id }, wish: {} });
      lasting = lasting.filter((other) => other !== id);
    }
  };
  const editing = (async () => {
    while (!stop.signal.aborted) {
      // What the VTN does not take, or whose answer is lost, is no matter: it is asked in the end what it has.
      await change().catch(() => undefined);
      changes++;
      await sleep(random() * 800, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stop.abort();
      await editing;
      await sleep(4_500);
      return changes;
    },
  };
}
