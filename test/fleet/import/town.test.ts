import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { townOfAddress } from '../../../src/fleet/import/town.ts';

describe('townOfAddress', () => {
  const cases: [address: string, town: string | undefined][] = [
    ['Vesterbro 12, 9000 Aalborg', 'Aalborg'],
    ['Vesterbro 12, 9000 Aalborg, Denmark', 'Aalborg'],
    ['Vesterbro 12 , 9000  Aalborg , DANMARK', 'Aalborg'],
    ['Vesterbro 12, DK-9000 Aalborg', 'Aalborg'],
    ['Vesterbro 12, 2. tv., 9000 Aalborg', 'Aalborg'],
    ['Vesterbro 12, 9000 Aalborg, Nordjylland, Denmark', 'Aalborg'],
    ['Vesterbro 12 9000 Aalborg', 'Aalborg'],
    ['Vesterbro 12, Aalborg', 'Aalborg'],
    ['Vesterbro 12, Aalborg, Denmark', 'Aalborg'],
    ['Banegårdspladsen 1, 8000 Aarhus C', 'Aarhus'],
    ['Skelagervej 1, 9200 Aalborg SV', 'Aalborg'],
    ['Nørrebrogade 7, 2200 København N.', 'København'],
    ['Byvej 3, 8260 Viby J', 'Viby J'],
    ['Storegade 1, 4500 Nykøbing Sjælland', 'Nykøbing Sjælland'],
    ['Hovedgaden 1, Tranebjerg, 8305 Samsø', 'Samsø'],
    ['Große Straße 1, 24937 Flensburg', 'Flensburg'],
    ['Vesterbro 12', undefined],
    ['Aalborg', undefined],
    ['Vesterbro 12, 9000', undefined],
    ['', undefined],
    [',,,', undefined],
    ['Denmark', undefined],
  ];
  for (const [address, town] of cases) {
    it(`${JSON.stringify(address)} → ${town}`, () => assert.equal(townOfAddress(address), town));
  }
});
