import assert from 'node:assert/strict';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { type ErrorCode, VenfleetError } from '../../../src/core/errors.ts';
import { type ImportRow, readSites } from '../../../src/fleet/import/read-sites.ts';
import { temporaryFolder } from '../../support/fleet-database.ts';
import { casesOf } from '../../support/properties.ts';

const columns = 'title,address,longitude,latitude';
const hotel = 'Hotel Søfryd,"Vesterbro 12, 9000 Aalborg",9.92,57.05';

async function readFile(t: TestContext, content: string | Buffer): Promise<ImportRow[]> {
  const path = join(temporaryFolder(t), 'sites.csv');
  writeFileSync(path, content);
  return collect(readSites(createReadStream(path), 'sites.csv'));
}

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function siteAt(rows: readonly ImportRow[], index: number) {
  const row = rows[index];
  assert.ok(row && 'site' in row, JSON.stringify(row));
  return row.site;
}

function problems(rows: readonly ImportRow[]): [line: number, problem: string][] {
  return rows.flatMap((row) => ('problem' in row ? [[row.line, row.problem] as [number, string]] : []));
}

/** The problem of a single row under the usual columns and `more`. */
async function problemOf(t: TestContext, row: string, more = ''): Promise<string | undefined> {
  return problems(await readFile(t, `${columns}${more}\n${row}\n`))[0]?.[1];
}

const failsWith = (code: ErrorCode, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof VenfleetError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, pattern);
  return true;
};

describe('a row', () => {
  it('becomes a whole site: VEN from the address, usual capacities, six loads, all ids', async (t) => {
    const rows = await readFile(t, `${columns},sub_type\n${hotel},Hotels\n`);
    const { loads, ...site } = siteAt(rows, 0);
    assert.deepEqual(site, {
      resourceId: '380b5b30-4f3e-5958-b94f-921690bdc120',
      resourceName: 'Hotel Søfryd',
      resourceType: 'DSR',
      resourceSubType: 'Hotels',
      meterPointId: site.meterPointId,
      capacities: '{"P_max_kw": 50.0, "P_min_kw": -20.0, "E_max_kwh": 200.0, "E_min_kwh": 0.0}',
      location: '{"latitude": 57.05, "longitude": 9.92}',
      address: 'Vesterbro 12, 9000 Aalborg',
      ven: 'Aalborg',
      h5MeterId: `meter_${site.meterPointId}`,
    });
    assert.match(site.meterPointId, /^707057500\d{9}$/);
    assert.deepEqual(
      loads.map(({ component, loadName }) => [component, loadName]),
      [
        ['load_0', 'Base Load'],
        ['load_1', 'Water Heater'],
        ['load_2', 'HVAC'],
        ['load_3', 'Kitchen Appliances'],
        ['load_4', 'Lighting'],
        ['load_5', 'Other Appliances'],
      ],
    );
    assert.equal(new Set(loads.map((load) => load.loadId)).size, 6);
  });

  it('takes what it gives of the rest', async (t) => {
    const header = `${columns},type,sub_type,meter_point_id,ven,P_max_kw,P_min_kw,E_max_kwh,E_min_kwh,resource_id,h5_meter_id`;
    const row = `${hotel},ev,EV charging,707057500504404881,Nordby,11,-1.5,60,5,site-1,meter_7`;
    const { loads, ...site } = siteAt(await readFile(t, `${header}\n${row}\n`), 0);
    assert.deepEqual(site, {
      resourceId: 'site-1',
      resourceName: 'Hotel Søfryd',
      resourceType: 'EV',
      resourceSubType: 'EV charging',
      meterPointId: '707057500504404881',
      capacities: '{"P_max_kw": 11.0, "P_min_kw": -1.5, "E_max_kwh": 60.0, "E_min_kwh": 5.0}',
      location: '{"latitude": 57.05, "longitude": 9.92}',
      address: 'Vesterbro 12, 9000 Aalborg',
      ven: 'Nordby',
      h5MeterId: 'meter_7',
    });
    assert.ok(loads.every((load) => load.h5MeterId === 'meter_7'));
  });

  it('fills the capacities it does not give with the usual ones', async (t) => {
    const rows = await readFile(t, `${columns},P_max_kw,category\n${hotel},70,Hotels\n`);
    assert.equal(
      siteAt(rows, 0).capacities,
      '{"P_max_kw": 70.0, "P_min_kw": -20.0, "E_max_kwh": 200.0, "E_min_kwh": 0.0}',
    );
  });

  it('may spread its address over several lines', async (t) => {
    const rows = await readFile(
      t,
      `${columns}\r\nA,"Vej 1,\r\n9000 Aalborg",9.9,57\r\nB,"Vej 2, 9000 Aalborg",9.9,57\r\n`,
    );
    assert.equal(siteAt(rows, 0).address, 'Vej 1, 9000 Aalborg');
    assert.deepEqual(
      rows.map((row) => row.line),
      [2, 4],
    );
  });
});

describe('a bad row', () => {
  const cases: [name: string, row: string, more: string, pattern: RegExp][] = [
    ['no title', '," Vej 1, 9000 Aalborg",9.9,57', '', /^title is empty$/],
    ['no address', 'A,,9.9,57', '', /^address is empty$/],
    ['no coordinates', 'A,"Vej 1, 9000 Aalborg",,', '', /^longitude is empty; latitude is empty$/],
    ['too few fields', 'A', '', /^address is empty; longitude is empty; latitude is empty$/],
    ['no town', 'A,Vej 1,9.9,57', '', /no VEN/],
    ['latitude out of range', 'A,"Vej 1, 9000 Aalborg",9.9,91', '', /^latitude "91" is not from -90 to 90$/],
    ['longitude out of range', 'A,"Vej 1, 9000 Aalborg",-181,57', '', /^longitude "-181"/],
    ['no number', 'A,"Vej 1, 9000 Aalborg",9.9,north', '', /^latitude "north" is no number$/],
    ['decimal comma among commas', 'A,"Vej 1, 9000 Aalborg","9,9",57', '', /^longitude "9,9" is no number$/],
    ['hexadecimal', 'A,"Vej 1, 9000 Aalborg",0x9,57', '', /no number/],
    ['infinite', 'A,"Vej 1, 9000 Aalborg",9.9,1e999', '', /latitude/],
    ['unknown type', `${hotel},WIND`, ',type', /^type "WIND" is none of DSR, EV, BATTERY, PV$/],
    ['17 digits', `${hotel},70705750050440488`, ',meter_point_id', /not 18 digits$/],
    ['a rounded meter point', `${hotel},7.07058E+17`, ',gsrn', /spreadsheet has rounded it/],
    ['a negative maximum', `${hotel},-5`, ',P_max_kw', /^P_max_kw "-5" is not from 0/],
    [
      'a minimum above the maximum',
      `${hotel},60,Hotels`,
      ',P_min_kw,sub_type',
      /P_min_kw 60.0 is above P_max_kw 50.0/,
    ],
    ['a long title', `${'x'.repeat(201)},"Vej 1, 9000 Aalborg",9.9,57`, '', /title is longer than 200/],
    ['a control character', 'A\u0007,"Vej 1, 9000 Aalborg",9.9,57', '', /title holds/],
    ['one field too many', `${hotel},,extra`, '', /6 fields, the first line 4/],
    [
      'an unquoted comma',
      'A,Vej 1, 9000 Aalborg,9.9,57',
      '',
      /5 fields, the first line 4; a field that holds ","/,
    ],
    ['several things wrong', 'A,"Vej 1, 9000 Aalborg",x,y', '', /^longitude .*; latitude /],
  ];
  for (const [name, row, more, pattern] of cases) {
    it(`is rejected with its reason: ${name}`, async (t) => {
      assert.match((await problemOf(t, row, more)) ?? 'accepted', pattern);
    });
  }

  it('stops nothing, and bears its line number', async (t) => {
    const good = (name: string) => `${name},"Vej 1, 9000 Aalborg",9.9,57`;
    const rows = await readFile(t, `${columns}\n${good('A')}\nB\n\n,,,\n${good('C')}\nD,x\n${good('E')}`);
    assert.deepEqual(
      rows.map((row) => [row.line, 'site' in row ? row.site.resourceName : null]),
      [
        [2, 'A'],
        [3, null],
        [6, 'C'],
        [7, null],
        [8, 'E'],
      ],
    );
  });
});

describe('quotes', () => {
  const good = (name: string) => `${name},"Vej 1, 9000 Aalborg",9.9,57`;

  it('that are never closed cost their own line only', async (t) => {
    const rows = await readFile(
      t,
      `${columns}\n${good('A')}\n"B,Vej 2,9.9,57\n${good('"C"')}\n${good('D')}\n"E,Vej 3\n`,
    );
    assert.deepEqual(problems(rows), [
      [3, 'a quoted field is never closed'],
      [6, 'a quoted field is never closed'],
    ]);
    assert.deepEqual(
      rows.flatMap((row) => ('site' in row ? [[row.line, row.site.resourceName]] : [])),
      [
        [2, 'A'],
        [4, 'C'],
        [5, 'D'],
      ],
    );
  });

  it('inside a field without quotes are part of it', async (t) => {
    const rows = await readFile(t, `${columns}\n${good('Hotel "Søfryd"')}\n${good('O\'Learys 5" bar')}\n`);
    assert.equal(siteAt(rows, 0).resourceName, 'Hotel "Søfryd"');
    assert.equal(siteAt(rows, 1).resourceName, 'O\'Learys 5" bar');
  });

  it('that go on after their end are named', async (t) => {
    assert.match(
      (await problemOf(t, good('"Hotel" Søfryd'))) ?? 'accepted',
      /goes on after its closing quote/,
    );
  });

  it('keep line numbers right across blocks of lines', async (t) => {
    const lines = Array.from({ length: 1_000 }, (_, index) =>
      index % 7 === 0 ? `"S${index}","Vej 1\n9000 Aalborg",9.9,57` : good(`S${index}`),
    );
    lines[500] = '"broken';
    const rows = await readFile(t, `${columns}\n${lines.join('\n')}\n`);
    const expected: [number, string | null][] = [];
    let line = 2;
    for (const [index, text] of lines.entries()) {
      expected.push([line, index === 500 ? null : `S${index}`]);
      line += text.split('\n').length;
    }
    assert.deepEqual(
      rows.map((row) => [row.line, 'site' in row ? row.site.resourceName : null]),
      expected,
    );
  });
});

describe('the same site twice in one file', () => {
  it('is rejected the second time, naming the first line', async (t) => {
    const rows = await readFile(
      t,
      `${columns},resource_id,meter_point_id
${hotel},,
${hotel.toUpperCase()},,
A,"Vej 1, 9000 Aalborg",9,57,one,
B,"Vej 2, 9000 Aalborg",9,57,one,
C,"Vej 3, 9000 Aalborg",9,57,,707057500504404881
D,"Vej 4, 9000 Aalborg",9,57,,707057500504404881
E,"Vej 5, 9000 Aalborg",9,57,two,707057500504404882
F,"Vej 6, 9000 Aalborg",9,57,,707057500504404882
G,"Vej 7, 9000 Aalborg",9,57,three,707057500504404882
`,
    );
    assert.deepEqual(problems(rows), [
      [
        3,
        'it has the same title and address (a resource_id or meter_point_id would tell them apart) as line 2',
      ],
      [5, 'it has the same resource_id as line 4'],
      [7, 'it has the same meter_point_id as line 6'],
      [9, 'it has the same meter_point_id as line 8'],
    ]);
  });
});

describe('the file', () => {
  it('may have a byte order mark, CRLF, semicolons and decimal commas', async (t) => {
    const rows = await readFile(
      t,
      '\uFEFFTitle;Address;Longitude;Latitude;Sub Type\r\nCafé Ærø;Vej 1, 9000 Aalborg;9,92;57,05;Bars\r\nB;Vej 2, 9000 Aalborg;9.92;57.05;\r\n',
    );
    assert.equal(siteAt(rows, 0).resourceName, 'Café Ærø');
    assert.equal(siteAt(rows, 0).location, siteAt(rows, 1).location);
  });

  it('may be parted by tabs, and end its lines with CR alone', async (t) => {
    const rows = await readFile(t, 'title\taddress\tlon\tlat\rA\tVej 1, 9000 Aalborg\t9,9\t57\r');
    assert.equal(siteAt(rows, 0).ven, 'Aalborg');
  });

  it('may name its columns otherwise, in any order', async (t) => {
    const rows = await readFile(t, 'LAT,lng,Full Address,NAME,Town\n57,9.9,Vej 1,A,Aalborg\n');
    assert.equal(siteAt(rows, 0).ven, 'Aalborg');
    assert.equal(siteAt(rows, 0).location, '{"latitude": 57.0, "longitude": 9.9}');
  });

  it('may have columns that mean nothing, which are named', async () => {
    const ignored: string[] = [];
    const bytes = inChunks(Buffer.from(`${columns},stars,name\n${hotel},5,x\n`), 1000);
    const options = { onIgnoredColumns: (names: readonly string[]) => void ignored.push(...names) };
    const rows = await collect(readSites(bytes, 'sites.csv', options));
    assert.equal(siteAt(rows, 0).resourceName, 'Hotel Søfryd');
    assert.deepEqual(ignored, ['stars', 'name']);
  });

  it('is refused when it lacks a column, names one twice, is empty or no UTF-8', async (t) => {
    const refused = (content: string | Buffer, pattern: RegExp) =>
      assert.rejects(readFile(t, content), failsWith('BAD_CSV', pattern));
    await refused('title,address,lon\n', /names no column "latitude"/);
    await refused('foo\nbar\n', /no column "title", "address", "longitude", "latitude"/);
    await refused(`${columns},Lat,latitude\n`, /column "latitude" twice/);
    await refused(`${columns},P max kw,note,p_MAX_kw,note\n`, /column "P max kw" twice/);
    await refused(`sep=;\n${columns}\n`, /no column "title", /);
    await refused('', /it is empty/);
    await refused('\n \n', /it is empty/);
    await refused(Buffer.from(`${columns}\n${hotel}\nCaf\xe9,x\n`, 'latin1'), /line 2 is not in UTF-8/);
    await refused(
      Buffer.from(columns, 'utf16le'),
      /neither in UTF-8 nor in UTF-16 with a byte order mark; save/,
    );
    const half = Buffer.concat([
      Buffer.from(`\uFEFF${columns}\n\n`, 'utf16le'),
      Buffer.from([0x00, 0xd8, 0x41, 0x00]),
    ]);
    await refused(
      half,
      /line \d is not in UTF-16, which its byte order mark tells; save the file as "CSV UTF-8"/,
    );
    await refused(`${columns}\n${'x'.repeat(1_100_000)}`, /line 2 is too long/);
  });

  it('may say in its first line what parts the columns, as Excel does', async (t) => {
    for (const [first, mark] of [
      ['sep=;', ';'],
      ['SEP=,', ','],
      ['"sep=;";;;', ';'],
      ['sep=\t', '\t'],
      ['sep=|', '|'],
    ] as const) {
      const lines = [
        first,
        columns.replaceAll(',', mark),
        ['A, B', '"Vej 1, 9000 Aalborg"', 9, 57].join(mark),
      ];
      if (mark === ',') lines[2] = lines[2]?.replace('A, B', '"A, B"') as string;
      const rows = await readFile(t, `\uFEFF${lines.join('\r\n')}\r\n`);
      assert.deepEqual([siteAt(rows, 0).resourceName, rows[0]?.line], ['A, B', 3], first);
    }
  });

  it('may have two columns of one name that mean nothing, and empty ones at the end', async () => {
    const ignored: string[] = [];
    const text = `${columns},note,name,note,name,,\n${hotel},a,b,c,d,,\n,,,,,,,,,\n;\n`.replace(
      '\n;\n',
      '\n',
    );
    const options = { onIgnoredColumns: (names: readonly string[]) => void ignored.push(...names) };
    const rows = await collect(readSites(inChunks(Buffer.from(text), 7), 'sites.csv', options));
    assert.deepEqual([rows.length, siteAt(rows, 0).resourceName], [1, 'Hotel Søfryd']);
    assert.deepEqual(ignored, ['note', 'name']);
  });

  it('may be Excel\'s "Unicode text": UTF-16 with a byte order mark, in pieces of any size', async () => {
    const text =
      '\uFEFFtitle\taddress\tlongitude\tlatitude\r\n"Café ""Ærø"" 😀"\tVej 1, 9000 Åby\t9,92\t57\r\n';
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(text, 'utf16le').swap16();
    for (const bytes of [little, big]) {
      for (const size of [1, 2, 3, 5, 1000]) {
        const site = siteAt(await collect(readSites(inChunks(bytes, size), 'x.csv')), 0);
        assert.deepEqual([site.resourceName, site.ven], ['Café "Ærø" 😀', 'Åby']);
      }
    }
  });

  it('says the same whichever way its letters are spelled in Unicode', async (t) => {
    const text = `${columns},ven,resource_id\nHotel Åse,"Å 1, 9000 Åby",9,57,Åby,é-1\nCafé,"Vej 2, 8000 Århus",9,57,,\n`;
    const [composed, decomposed] = [text.normalize('NFC'), text.normalize('NFD')];
    assert.notEqual(composed, decomposed);
    assert.deepEqual(await readFile(t, decomposed), await readFile(t, composed));
  });

  it('that cannot be read is named', async () => {
    const rows = collect(readSites(createReadStream('/nowhere/x.csv'), '/nowhere/x.csv'));
    await assert.rejects(rows, failsWith('FILE_UNREADABLE', /nowhere/));
  });
});

describe('any text in any chunks', () => {
  it('comes out as it went in, with its line', async () => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const word = fc.string({ unit: fc.constantFrom(...'aø"\',;é 9😀Å'), minLength: 1, maxLength: 12 });
    const filled = word.filter((text) => text.trim() !== '');
    const property = fc.asyncProperty(
      fc.array(fc.tuple(filled, fc.boolean()), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom('\n', '\r\n'),
      async (titles, chunk, end) => {
        let line = 2;
        const expected: [number, string][] = [];
        let text = `${columns},resource_id${end}`;
        for (const [index, [title, wide]] of titles.entries()) {
          expected.push([line, title.trim()]);
          text += `${quoted(title)},"Vej 1,${wide ? end : ' '}9000 Aalborg",9,57,site-${index}${end}`;
          line += wide ? 2 : 1;
        }
        const rows = await collect(readSites(inChunks(Buffer.from(text), chunk), 'x.csv'));
        assert.deepEqual(
          rows.map((row) => [row.line, 'site' in row ? row.site.resourceName : row.problem]),
          expected,
        );
      },
    );
    await fc.assert(property, { numRuns: casesOf(60) });
  });
});

describe('numbers that may have thousands in them', () => {
  const header = 'title;address;longitude;latitude;P_max_kw';
  const row = (longitude: string, power: string) => `A;Vej 1, 9000 Aalborg;${longitude};57;${power}`;
  const cases: [name: string, row: string, pattern: RegExp][] = [
    [
      'a point among decimal commas',
      row('9,92', '1.500'),
      /^P_max_kw "1\.500" may be 1500 or 1\.5, .*commas: write 1500 or 1,5$/,
    ],
    [
      'a comma among decimal points',
      row('9.92', '1,500'),
      /^P_max_kw "1,500" may be 1500 or 1\.5, .*points: write 1500 or 1\.5$/,
    ],
    [
      'where no other number has decimals',
      row('9', '1.500'),
      /^P_max_kw "1\.500" may be 1500 or 1\.5: write/,
    ],
    [
      'several',
      row('9,92', '1.500.000'),
      /^P_max_kw "1\.500\.000" is no number; leave out what parts thousands$/,
    ],
    ['both', row('9,92', '1.500,5'), /is no number; leave out what parts thousands$/],
    ['a space', row('9,92', '1 500'), /is no number; leave out what parts thousands$/],
  ];
  for (const [name, text, pattern] of cases) {
    it(`are refused with line and column: ${name}`, async (t) => {
      const [problem] = problems(await readFile(t, `${header}\n${text}\n`));
      assert.equal(problem?.[0], 2);
      assert.match(problem?.[1] ?? 'accepted', pattern);
    });
  }

  it('are judged by the lines before, where their own has no decimals', async (t) => {
    const rows = await readFile(
      t,
      `${header}\n${row('9.92', '2')}\n${row('9', '1.500').replace('A', 'B')}\n`,
    );
    assert.match(siteAt(rows, 1).capacities, /"P_max_kw": 1\.5,/);
  });

  it('have their points where commas part the columns', async (t) => {
    const rows = await readFile(
      t,
      `${columns},P_max_kw\n${hotel},1.500\n${hotel.replace('Hotel', 'B')},"1,500"\n`,
    );
    assert.match(siteAt(rows, 0).capacities, /"P_max_kw": 1\.5,/);
    assert.match(problems(rows)[0]?.[1] ?? 'accepted', /is no number; leave out what parts thousands/);
  });

  it('never become a thousandth of what they are', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1_000, max: 999_999_999 }),
      fc.integer({ min: 0, max: 99 }),
      fc.constantFrom<[decimal: string, thousands: string]>([',', '.'], ['.', ',']),
      async (whole, hundredths, [decimal, thousands]) => {
        const end = hundredths === 0 ? '' : `${decimal}${String(hundredths).padStart(2, '0')}`;
        const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, thousands) + end;
        const text = `${header}\n${row(`9${decimal}5`, `${whole}${end}`)}\nB${row(`9${decimal}5`, grouped)}\n`;
        const rows = await collect(readSites(inChunks(Buffer.from(text), 1000), 'x.csv'));
        const { capacities } = siteAt(rows, 0);
        assert.equal(
          JSON.parse(capacities).P_max_kw,
          Number(`${whole}.${String(hundredths).padStart(2, '0')}`),
        );
        assert.deepEqual(
          problems(rows).map(([line]) => line),
          [3],
        );
      },
    );
    await fc.assert(property, { numRuns: casesOf(100) });
  });
});

describe('ids that a spreadsheet has rounded', () => {
  it('are refused where only their beginning is left', async (t) => {
    for (const id of ['7.07058E+17', '7,07058E+17', '7E17', '5.70707E17'])
      assert.match(
        (await problemOf(t, `${hotel},${/,/.test(id) ? `"${id}"` : id}`, ',gsrn')) ?? 'accepted',
        /rounded it/,
      );
    assert.match(
      (await problemOf(t, `${hotel},5.70707E+17`, ',resource_id')) ?? 'accepted',
      /^resource_id "5\.70707E\+17" is a number that a spreadsheet has rounded$/,
    );
    // An id that only looks like one.
    assert.equal(await problemOf(t, `${hotel},5E17`, ',resource_id'), undefined);
  });

  it('are doubted where they end in zeros, and taken', async (t) => {
    const text = `${columns},gsrn,resource_id\n${hotel},707057500504404000,\nB,"V 1, 9000 Aalborg",9,57,,570707000000012000\nC,"V 2, 9000 Aalborg",9,57,707057500504404100,\nD,"V 3, 9000 Aalborg",9,57,707057500504404000,\n`;
    const rows = await readFile(t, text);
    const doubts = rows.map((row) =>
      'doubts' in row ? row.doubts?.map((doubt) => doubt.split(',')[0]) : 'problem',
    );
    assert.deepEqual(doubts, [
      ['meter_point_id 707057500504404000 ends in zeros'],
      ['resource_id 570707000000012000 ends in zeros'],
      [],
      'problem',
    ]);
    assert.match(
      problems(rows)[0]?.[1] ?? '',
      /same meter_point_id as line 2; a spreadsheet seems to have rounded it/,
    );
  });
});
