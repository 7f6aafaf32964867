import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { ReadingSource } from '../../../src/metering/reading-source.ts';
import { openReadings } from '../../../src/metering/sources/open-readings.ts';
import { openReadingsText } from '../../../src/metering/sources/open-readings-text.ts';
import { secondsOf } from '../../../src/metering/sources/text/values.ts';
import { temporaryFolder } from '../../support/fleet-database.ts';

const clock = { now: () => Date.UTC(2026, 0, 1) };

/** Opens a text that comes in pieces of so many bytes. */
function open(text: string | Uint8Array, size = 7) {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return openReadingsText({ name: 'readings.csv', bytes: pieces() }, { clock });
}

async function read(source: ReadingSource, meterId: string, component: string) {
  const read = await source.read({ meterId, component });
  if (!read.ok) return read.problem;
  const { startsMs, watts } = read.readings;
  return Array.from(startsMs, (ms, n) => `${new Date(ms).toISOString()} ${watts[n]}`);
}

const header = 'h5_meter_id,load_component,time,W';

suite('a table of readings', () => {
  test('has the series of each meter and component, as CSV', async () => {
    const source = await open(
      `${header}\nmeter_1,load_0,2025-01-15T08:00:00Z,100.5\nmeter_1,load_0,2025-01-15T10:00:00+01:00,-101\n` +
        'meter_1,load_1,1736928000,7\n"meter_2",load_0,1736928000.25,8\n\n',
    );
    assert.deepEqual(await read(source, 'meter_1', 'load_0'), [
      '2025-01-15T08:00:00.000Z 100.5',
      '2025-01-15T09:00:00.000Z -101',
    ]);
    assert.deepEqual(await read(source, 'meter_1', 'load_1'), ['2025-01-15T08:00:00.000Z 7']);
    assert.deepEqual(await read(source, 'meter_2', 'load_0'), ['2025-01-15T08:00:00.250Z 8']);
    assert.equal(await read(source, 'meter_2', 'load_1'), 'the meter has no load_1');
    assert.equal(await read(source, 'meter_3', 'load_0'), 'no such meter in the table');
    assert.deepEqual([source.rows, source.badLines], [4, 0]);
  });

  test('has them as NDJSON, with other names as well', async () => {
    const source = await open(
      '{"meter_id":"meter_1","Component":0,"timestamp":"2025-01-15 08:00Z","watts":100.5,"quality":"GOOD"}\n' +
        '\n{"power_w":"101","start":1736931600,"meter":"meter_1","load":"load_0"}\r\n',
    );
    const rows = ['2025-01-15T08:00:00.000Z 100.5', '2025-01-15T09:00:00.000Z 101'];
    assert.deepEqual(await read(source, 'meter_1', 'load_0'), rows);
  });

  test('may have any number of rows', async () => {
    const lines = Array.from({ length: 1000 }, (_, n) => `meter_1,load_${n % 2},${1736928000 + 60 * n},${n}`);
    const source = await open([header, ...lines].join('\n'), 1000);
    const found = await source.read({ meterId: 'meter_1', component: 'load_1' });
    assert.ok(found.ok);
    assert.deepEqual(
      [...found.readings.watts],
      Array.from({ length: 500 }, (_, n) => 2 * n + 1),
    );
  });

  test('may come from a spreadsheet: a mark, sep=, semicolons, decimal commas, UTF-16', async () => {
    const sheet =
      'sep=;\r\nMeter ID;Load-Component;Time;Power (W);W\r\nmeter_1;0;2025-01-15 08:00:00+01;x;1,5\r\nmeter_1;0;2025-01-15 09:00:00+0100;x;1,234\r\n';
    const rows = ['2025-01-15T07:00:00.000Z 1.5', '2025-01-15T08:00:00.000Z 1.234'];
    for (const bytes of [Buffer.from(`\ufeff${sheet}`), Buffer.from(`\ufeff${sheet}`, 'utf16le')])
      assert.deepEqual(await read(await open(bytes, 3), 'meter_1', 'load_0'), rows);
  });

  test('may be without a number at a time, and is mended as a meter file is', async () => {
    const lines = ['1736928000,5', '1736931600,', '1736935200,NaN', '1736928000,6', '1736938800,null'];
    const source = await open([header, ...lines.map((line) => `meter_1,load_0,${line}`)].join('\n'));
    const found = await source.read({ meterId: 'meter_1', component: 'load_0' });
    assert.ok(found.ok);
    assert.deepEqual([...found.readings.watts], [6]);
    const { rows, notNumbers, duplicates } = found.mended;
    assert.deepEqual(
      { rows, notNumbers, duplicates, bad: source.badLines },
      { rows: 5, notNumbers: 3, duplicates: 1, bad: 0 },
    );
    assert.deepEqual(
      await read(source, 'meter_1', 'load_0'),
      ['2025-01-15T08:00:00.000Z 6'],
      'a second time',
    );
  });

  test('tells its bad lines by number and reason, and has the others', async () => {
    const bad = {
      'meter_1,load_0,2025-01-15T08:00:00,1':
        'its time "2025-01-15T08:00:00" has no zone; write Z, or an offset, behind it',
      'meter_1,load_0,1736928000000,1':
        'its time "1736928000000" looks like milliseconds; write Unix seconds',
      'meter_1,load_0,yesterday,1': 'its time "yesterday" is neither ISO 8601 with a zone nor Unix seconds',
      'meter_1,load_0,1.73693E+09,1':
        'its time "1.73693E+09" is neither ISO 8601 with a zone nor Unix seconds',
      'meter_1,load_0,2025-02-29T08:00Z,1': 'its time "2025-02-29T08:00Z" is no time that there is',
      'meter_1,load_0,1736928000,much': 'its W "much" is no number',
      'meter_1,load_0,1736928000': 'it has 3 fields, and the first line 4',
      '7.07E+17,load_0,1736928000,1': 'its h5_meter_id "7.07E+17" was rounded, as spreadsheets do',
      ',load_0,1736928000,1': 'its h5_meter_id is empty',
      'meter_1,,1736928000,1': 'its load_component is empty',
      '"meter_1,load_0,1736928000,1': 'its quotes are not closed',
    };
    for (const [line, reason] of Object.entries(bad)) {
      const source = await open(`${header}\nmeter_1,load_0,1736928000,1\n\n${line}\n`);
      assert.deepEqual([source.rows, source.badLines, source.firstBadLines], [1, 1, [{ line: 4, reason }]]);
    }
    const json = {
      '{"meter": 707057500950414460, "component": 0, "time": 0, "w": 0}':
        'its meter is a number, which loses digits; write it as a text',
      '{"meter": "m", "component": 0, "w": 0}': 'it names no column "time"',
      '{"meter": "m", "component": 0, "time": [], "w": 0}': 'one of its values is an object or a list',
      '{"meter": ': 'it is not JSON',
      '"meter"': 'it is no JSON object',
    };
    const good = '{"meter": "m", "component": 0, "time": 5, "w": 0}';
    const source = await open([good, ...Object.keys(json)].join('\n'));
    assert.deepEqual(
      source.firstBadLines.map(({ reason }) => reason),
      Object.values(json),
    );
    const lines: number[] = [];
    const bytes = [Buffer.from([good, ...Array(20).fill('x')].join('\n'))];
    const many = await openReadingsText(
      {
        name: 'x',
        bytes: (async function* () {
          yield* bytes;
        })(),
      },
      { onBadLine: ({ line }) => lines.push(line) },
    );
    assert.deepEqual([many.badLines, many.firstBadLines.length, lines.length], [20, 5, 20]);
  });

  test('does not take thousands for decimals, where both may be meant', async () => {
    const rows = ['523.125', '523.1250', '523.125'].map(
      (watts, n) => `meter_1;load_0;${1736928000 + n};${watts}`,
    );
    const source = await open(['meter;component;time;w', ...rows].join('\n'));
    assert.deepEqual(source.firstBadLines, [
      { line: 2, reason: 'its W "523.125" may be 523125 or 523.125: write 523125 or 523.1250' },
    ]);
    assert.equal(source.rows, 2);
  });

  test('is refused where it is none', async () => {
    const refusals = [
      ['', undefined],
      ['time,w\n', 'its first line names no column "h5_meter_id"'],
      ['meter,component,time,time,w\n', 'its first line names "time" twice'],
      [
        `${header}\nmeter_1,load_0,now,1\n`,
        'none of its lines is a reading; line 2: its time "now" is neither ISO 8601 with a zone nor Unix seconds',
      ],
      ['[{"meter": 1}]', 'it is a JSON list; it must have one object to a line'],
      [`${header}\nmålerå`, 'line 2 is not in UTF-8; save the file as "CSV UTF-8"'],
      ['\x89HDF\r\n\x1a\n', 'it is an HDF5 file, which can only be read by its path'],
    ] as const;
    for (const [text, problem] of refusals) {
      const opened = open(Buffer.from(text, 'latin1'), 100);
      if (problem === undefined) assert.equal((await opened).rows, 0);
      else
        await assert.rejects(opened, {
          code: 'METER_FILE',
          message: `The meter data readings.csv cannot be used: ${problem}.`,
        });
    }
    await assert.rejects(openReadingsText('none.csv'), {
      code: 'METER_FILE',
      message: 'The meter data none.csv cannot be used: there is no such file.',
    });
  });

  test('has times with every kind of zone', () => {
    const eight = Date.UTC(2025, 0, 15, 8) / 1000;
    const same = [
      '2025-01-15T08:00Z',
      '2025-01-15t08:00:00z',
      '2025-01-15 09:00:00 +01:00',
      '2025-01-15T09:00+01',
      '2025-01-15T02:30:00.000-0530',
      String(eight),
    ];
    for (const text of same) assert.deepEqual(secondsOf(text), { value: eight }, text);
    assert.deepEqual(secondsOf('2025-01-15T08:00:00,125Z'), { value: eight + 0.125 });
    for (const text of [
      '2025-01-15',
      '2025-13-01T00:00Z',
      '2025-01-15T24:00Z',
      '2025-01-15T08:60Z',
      '2025-01-15T08:00+16',
      '15.01.2025 08:00',
      '-5',
      '',
    ])
      assert.ok('why' in secondsOf(text), text);
  });
});

test('what readings are in is told by what they are, and an .h5 is to be HDF5', async (t) => {
  const folder = temporaryFolder(t);
  const path = (name: string) => join(folder, name);
  copyFileSync(join(import.meta.dirname, 'by-h5py.h5'), path('hdf5.csv'));
  writeFileSync(path('table.txt'), `${header}\nmeter_1,load_0,1736928000,1\n`);
  writeFileSync(path('table.h5'), `${header}\nmeter_1,load_0,1736928000,1\n`);
  for (const [name, length] of [
    ['hdf5.csv', 48],
    ['table.txt', 1],
  ] as const) {
    const source = await openReadings(path(name), { clock });
    assert.equal((await read(source, 'meter_1', 'load_0')).length, length);
    await source.close();
  }
  await assert.rejects(openReadings(path('table.h5')), /it is no HDF5 file\./);
  await assert.rejects(openReadings(path('none.csv')), /there is no such file\./);
  await assert.rejects(openReadings(folder), /it is a directory\./);
});
