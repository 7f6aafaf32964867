import assert from 'node:assert/strict';
import { renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite, type TestContext, test } from 'node:test';
import type { SeriesKey } from '../../../src/fleet/readings.ts';
import { followReadings, type NewReadings } from '../../../src/metering/sources/follow-readings.ts';
import { temporaryFolder } from '../../support/fleet-database.ts';
import { appendRows, hourly, type Row, start, writeMeterFile } from '../../support/meter-file.ts';
import { createTestClock } from '../../support/test-clock.ts';

const key = (component: string): SeriesKey => ({ meterId: 'meter_1', component });

/** A fleet that does not change. */
const fixed = (keys: readonly SeriesKey[]) => async () => keys;

/** As a test compares them: which series, its rows, and what else is not 0. */
function plain({ key, readings, mended, late }: NewReadings) {
  const { startsMs, watts, stepMs } = readings;
  const counts = { ...mended, late };
  return {
    component: key.component,
    readings: Array.from(startsMs, (ms, n) => [ms / 1000, watts[n]]),
    step: stepMs / 1000,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
  };
}

/** A meter file whose last hour has just begun, followed by a clock that the test moves on. */
async function followedFile(
  t: TestContext,
  components: readonly string[] = ['load_0'],
  pollMs = 2_000,
  keys = fixed(components.map(key)),
) {
  const path = join(temporaryFolder(t), 'meters.h5');
  const rows = hourly(10);
  await writeMeterFile(path, { meter_1: { load_0: rows, load_1: rows } });
  const clock = createTestClock((start + 9 * 3600) * 1000);
  const controller = new AbortController();
  const problems: string[] = [];
  const feed = followReadings(path, {
    keys,
    fromMs: () => (start + 9 * 3600) * 1000,
    clock,
    pollMs,
    signal: controller.signal,
    onProblem: (problem, key) => problems.push(`${key?.component ?? 'file'}: ${problem}`),
  });
  return {
    path,
    rows,
    clock,
    problems,
    feed,
    /** What comes next, as soon as time has passed. */
    async next() {
      const { value, done } = await clock.runUntil(feed.next());
      return done ? undefined : plain(value);
    },
    async end() {
      const ending = feed.next();
      await clock.advance(0);
      controller.abort();
      assert.deepEqual(await ending, { done: true, value: undefined });
    },
  };
}

suite('a meter file that is followed', () => {
  test('gives what begins from now on, and what is appended then', async (t) => {
    const { path, rows, clock, next, end } = await followedFile(t, ['load_0', 'load_1']);
    for (const component of ['load_0', 'load_1'])
      assert.deepEqual(await next(), { component, readings: rows.slice(-1), step: 3600, rows: 10, late: 9 });
    await clock.advance(10_800_000);
    const [a, b, c] = hourly(3, start + 36_000) as [Row, Row, Row];
    await appendRows(path, 'meter_1/load_1', [a, [b[0], Number.NaN], rows[4] as Row, c]);
    assert.deepEqual(await next(), {
      ...{ component: 'load_1', readings: [a, c], step: 3600 },
      ...{ rows: 4, notNumbers: 1, outOfOrder: 1, gaps: 1, late: 1 },
    });
    await clock.advance(3_600_000);
    const [d] = hourly(1, start + 46_800) as [Row];
    await appendRows(path, 'meter_1/load_0', [a, b]);
    await appendRows(path, 'meter_1/load_1', [d]);
    assert.deepEqual(await next(), { component: 'load_0', readings: [a, b], step: 3600, rows: 2 });
    assert.deepEqual(await next(), { component: 'load_1', readings: [d], step: 3600, rows: 1 });
    await end();
  });

  test('is followed for loads that come to the fleet meanwhile; the others go on from where they are', async (t) => {
    let keys: readonly SeriesKey[] = [key('load_0')];
    const { path, rows, clock, next, end } = await followedFile(t, [], 2_000, async () => keys);
    const first = await next();
    assert.deepEqual([first?.component, first?.readings], ['load_0', rows.slice(-1)]);
    keys = [key('load_1'), key('load_0')];
    await clock.advance(3_600_000);
    const later = hourly(1, start + 36_000);
    for (const component of ['load_0', 'load_1']) await appendRows(path, `meter_1/${component}`, later);
    const both = [...rows.slice(-1), ...later];
    assert.deepEqual(await next(), { component: 'load_1', readings: both, step: 3600, rows: 11, late: 9 });
    assert.deepEqual(await next(), { component: 'load_0', readings: later, step: 3600, rows: 1 });
    await end();
  });

  test('gives rows whose time is to come when it has come', async (t) => {
    const { path, clock, next, end } = await followedFile(t);
    await next();
    const later = hourly(3, start + 36_000);
    await appendRows(path, 'meter_1/load_0', later);
    for (const row of later) {
      assert.deepEqual(await next(), { component: 'load_0', readings: [row], step: 3600, rows: 1 });
      assert.ok(clock.now() >= row[0] * 1000 && clock.now() < row[0] * 1000 + 2_000);
    }
    await end();
  });

  test('may be replaced by another, and is waited for while it is being written', async (t) => {
    const hour = 3_600_000;
    const { path, rows, clock, problems, feed, next, end } = await followedFile(
      t,
      ['load_0', 'load_7'],
      hour,
    );
    assert.equal((await next())?.component, 'load_0');
    assert.deepEqual(problems, ['load_7: the meter has no load_7']);
    const waiting = feed.next();
    truncateSync(path, 1000);
    await clock.advance(hour);
    while (problems.length < 2) await clock.advance(0);
    assert.match(problems[1] ?? '', /^file: The meter data .* cannot be used: it is truncated/);
    const more = hourly(11);
    await writeMeterFile(`${path}.new`, { meter_1: { load_0: more, load_7: more } });
    renameSync(`${path}.new`, path);
    const replaced = (await clock.runUntil(waiting)).value as NewReadings;
    assert.deepEqual(plain(replaced), {
      ...{ component: 'load_0', readings: more.slice(-1), step: 3600, rows: 11, late: 10 },
    });
    const { readings } = (await next()) ?? {};
    assert.deepEqual(readings, [rows.at(-1), more.at(-1)], 'of the series that was not there');
    assert.equal(problems.length, 2);
    await end();
  });

  test('that is none is refused at once', async () => {
    const feed = followReadings('none.h5', { keys: fixed([]) });
    await assert.rejects(feed.next(), { code: 'METER_FILE' });
  });
});

suite('a stream of readings that is followed', () => {
  const clock = createTestClock((start + 9 * 3600) * 1000);
  const line = (component: string, hour: number, watts: number | null) =>
    `${JSON.stringify({ meter: 'meter_1', component, time: start + hour * 3600, watts })}\n`;

  test('gives each line as it comes, and ends with it', async () => {
    const stream = new PassThrough();
    const bad: number[] = [];
    const feed = followReadings(
      { name: 'feed', stream },
      { keys: fixed([]), clock, onBadLine: ({ line }) => bad.push(line) },
    );
    const next = async () => {
      const { value, done } = await feed.next();
      return done ? undefined : plain(value);
    };
    stream.write(line('load_0', 0, 5));
    assert.deepEqual(await next(), { component: 'load_0', readings: [[start, 5]], step: 3600, rows: 1 });
    stream.write(`${line('load_0', 0.25, 6)}${line('load_1', 0, 7)}what?\n${line('load_0', 0.5, -8)}`);
    assert.deepEqual(await next(), {
      ...{
        component: 'load_0',
        readings: [
          [start + 900, 6],
          [start + 1800, -8],
        ],
      },
      ...{ step: 900, rows: 2 },
    });
    assert.deepEqual(await next(), { component: 'load_1', readings: [[start, 7]], step: 3600, rows: 1 });
    stream.write(line('load_0', 1, 9).slice(0, 20));
    stream.write(
      line('load_0', 1, 9).slice(20) +
        line('load_0', 0.5, 0) +
        line('load_0', 9.05, 1) +
        line('load_0', 9.5, 1),
    );
    assert.deepEqual(await next(), {
      ...{
        component: 'load_0',
        readings: [
          [start + 3600, 9],
          [start + 32_580, 1],
        ],
        step: 900,
      },
      ...{ rows: 4, inFuture: 1, outOfOrder: 1, gaps: 2, late: 1 },
    });
    stream.end();
    assert.equal(await next(), undefined);
    assert.deepEqual(bad, [4]);
  });

  test('ends when it is to', async () => {
    const stream = new PassThrough();
    const controller = new AbortController();
    const feed = followReadings(
      { name: 'feed', stream },
      { keys: fixed([]), clock, signal: controller.signal },
    );
    const ending = feed.next();
    controller.abort();
    assert.deepEqual(await ending, { done: true, value: undefined });
    assert.ok(stream.destroyed);
  });

  test('is refused where it is no table', async () => {
    const stream = new PassThrough();
    stream.end('time,w\n');
    const feed = followReadings({ name: 'feed', stream }, { keys: fixed([]) });
    await assert.rejects(feed.next(), {
      message: 'The meter data feed cannot be used: its first line names no column "h5_meter_id".',
    });
  });
});
