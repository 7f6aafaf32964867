import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createSender } from '../../src/delivery/sender.ts';
import { settle } from '../../src/delivery/settle.ts';
import { createVtnLink } from '../../src/delivery/vtn-link.ts';
import { createTransport, staticToken } from '../../src/openadr/http/http.ts';
import { defaultAnchorNames } from '../../src/profiles/anchor-profile.ts';
import type { Report } from '../../src/profiles/metering-profile.ts';
import { openAdr30 } from '../../src/profiles/openadr-3.0/profile.ts';
import { openAdr31 } from '../../src/profiles/openadr-3.1/profile.ts';
import { hour, readingsOf } from '../support/readings.ts';
import { simulatorFor } from '../support/simulator.ts';

for (const { name, jobs } of [openAdr30, openAdr31]) {
  test(`${name}: lost answers make no second program and no second event`, async (t) => {
    const { simulator, send, listed, sender } = await setUp(t, name);
    const { program, event } = await jobs.anchor({});
    simulator.answerNext(1, { status: 502, carryOut: true }, 'POST /programs');
    const first = await settle(program(defaultAnchorNames), sender);
    assert.ok(first.at === 'mapped');
    simulator.answerNext(1, { status: 500, carryOut: true }, 'POST /events');
    const made = await settle(event(defaultAnchorNames, first.id), sender);
    assert.ok(made.at === 'mapped' && made.evidence === 'shown');
    // They are listed first.
    for (let n = 0; n < 60; n++) await send('/programs', { programName: `Other ${n}` });
    assert.deepEqual(await settle(program(defaultAnchorNames), sender), { ...first, evidence: 'shown' });
    assert.deepEqual(await settle(event(defaultAnchorNames, first.id), sender), made);
    assert.equal((await listed('/programs?skip=50')).length, 11);
    assert.equal((await listed('/events')).length, 1);
  });

  test(`${name}: a report is taken, found by its name, and replaced`, async (t) => {
    const { send, sender } = await setUp(t, name);
    const anchor = await jobs.anchor({});
    const program = await settle(anchor.program(defaultAnchorNames), sender);
    assert.ok(program.at === 'mapped');
    const event = await settle(anchor.event(defaultAnchorNames, program.id), sender);
    assert.ok(event.at === 'mapped');
    const profile = await jobs.metering({ anchor: { programId: program.id, eventId: event.id } });
    await send('/vens', { objectType: 'BL_VEN_REQUEST', clientID: 'a', venName: 'Aalborg' });
    const span = { fromMs: 0, untilMs: 3 * hour };
    const report: Report = {
      venName: 'Aalborg',
      reportName: profile.reportNameOf({ venName: 'Aalborg', span, loadIds: ['a', 'b'] }),
      span,
      parts: ['Hotel - Heat', 'Hotel - "payloads"'].map((resourceRef) => ({
        resourceRef,
        encoded: profile.encode(readingsOf([1, -2, 3], 0, [0, hour, 5 * hour])),
      })),
    };
    const { transport } = sender;
    const outcome = profile.readReport(report, await transport.send(profile.report(report)));
    assert.ok(outcome.kind === 'created', JSON.stringify(outcome));
    const again = profile.readReport(report, await transport.send(profile.report(report)));
    assert.equal(again.kind, 'exists');
    const { page, readPage, one, readOne, replace, readReplace } = profile.lookUp ?? assert.fail();
    const listed = { id: outcome.id, reportName: report.reportName, points: 6 };
    assert.deepEqual(readPage(await transport.send(page('Aalborg', 0))), { kind: 'done', value: [listed] });
    const byId = async (id: string) => readOne(await transport.send(one('Aalborg', id)));
    assert.deepEqual(await byId(outcome.id), { kind: 'done', value: listed });
    assert.deepEqual(await byId('00000000-0000-4000-8000-000000000000'), { kind: 'done', value: null });
    assert.deepEqual(readPage(await transport.send(page('Aarhus', 0))), { kind: 'done', value: [] });
    const replaced = await transport.send(replace(outcome.id, report));
    assert.deepEqual(readReplace(report, replaced), { kind: 'done', value: null });
  });

  test(`${name}: a report under an event that is not there, or too large, is told as that`, async (t) => {
    const { sender } = await setUp(t, name);
    const profile = await jobs.metering({ anchor: { programId: 'none', eventId: 'none' } });
    const report: Report = {
      venName: 'Aalborg',
      reportName: undefined,
      span: { fromMs: 0, untilMs: 1 },
      parts: [],
    };
    const unknown = profile.readReport(report, await sender.transport.send(profile.report(report)));
    assert.ok(unknown.kind === 'refused', JSON.stringify(unknown));
    assert.match(unknown.reason, /does not know event none/);
    const large = { resourceRef: 'x', encoded: profile.encode(readingsOf(Array(40_000).fill(1.5))) };
    const request = profile.report({ ...report, parts: [large] });
    const tooLarge = profile.readReport(report, await sender.transport.send(request));
    assert.ok(tooLarge.kind === 'refused' && 'isTooLarge' in tooLarge, JSON.stringify(tooLarge));
  });
}

/** A VTN, and a job that sends to it. */
async function setUp(t: TestContext, dialect: 'openadr-3.0' | 'openadr-3.1') {
  const simulator = await simulatorFor(t, { dialect });
  const transport = createTransport({ url: simulator.url, tokens: staticToken('x'), connections: 2 });
  t.after(() => transport.close());
  const retry = { maxAttempts: 4, baseMs: 1, capMs: 2, graceMs: 1 };
  const link = createVtnLink({ transport, pacing: { kind: 'window', concurrency: 1 }, retry });
  const sender = createSender(link, { kind: 'registration' });
  const send = async (path: string, body: object) => {
    const { status, body: text } = await transport.send({ method: 'POST', path, body: JSON.stringify(body) });
    assert.equal(status, 201, text);
  };
  const listed = async (path: string) =>
    JSON.parse((await transport.send({ method: 'GET', path })).body) as { id: string }[];
  return { simulator, sender, send, listed };
}
