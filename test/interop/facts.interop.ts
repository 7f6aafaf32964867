/**
 * What docs/interop.md says of OpenLEADR and the simulator does not play: its weaknesses. All else is in
 * test/contract, which both are held to. When a newer OpenLEADR behaves otherwise, the page is to follow. Raw HTTP,
 * none of the product's code.
 */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type OpenLeadr, openLeadrs } from './openleadr.ts';
import { createResource, createVen, poster, resourceBody, resourcePath, resourcesOf } from './wire.ts';

let vtn: OpenLeadr;
let venID: string;

for (const candidate of await openLeadrs()) {
  describe(candidate.title, { skip: candidate.skip }, () => {
    before(async () => {
      vtn = await candidate.start();
    });
    after(() => vtn?.stop());
    beforeEach(async () => {
      await vtn.clear();
      venID = (await createVen(vtn, 'Aalborg', 'aalborg')).body.id;
    });
    describe('numbers', numbers);

    test('3.0 takes a token for a minute after its end, 3.1 not a second longer', async () => {
      const { status } = await vtn.call('/vens', { token: vtn.signToken('bl', -30) });
      assert.equal(status, vtn.generation === '3.0' ? 200 : 403);
    });
  });
}

function numbers() {
  const storedValues = async (values: string): Promise<string> => {
    const body = JSON.stringify(resourceBody(vtn, venID, `v${values.length}`, { attributes: 'HERE' }));
    const path = vtn.generation === '3.0' ? `/vens/${venID}/resources` : '/resources';
    const answer = await poster(vtn)(path, body.replace('"HERE"', `[{"type":"A","values":[${values}]}]`));
    assert.equal(answer.status, 201, answer.text);
    const again = await vtn.call(resourcePath(vtn, venID, answer.body.id));
    return /"values":\[(.*?)\]/.exec(again.text)?.[1] ?? again.text;
  };

  test('keep their kind as text: 50.0 stays 50.0, 50 stays 50, 1e2 becomes 100.0', async () => {
    assert.equal(await storedValues('50.0,50,1e2,-0.0,0.10'), '50.0,50,100.0,0.0,0.1');
    assert.equal(await storedValues('9007199254740993,{"x":1,"y":2}'), '9007199254740993,{"x":1.0,"y":2.0}');
  });

  test('of 17 digits may come back one unit in the last place off', async () => {
    const sent = Array.from({ length: 500 }, (_, i) => 9 + Math.sin(i + 1));
    const back = JSON.parse(`[${await storedValues(sent.join(','))}]`);
    const changed = sent.filter((value, i) => value !== back[i]);
    assert.ok(changed.length > 0, 'none changed: the page may be corrected');
    assert.ok(sent.every((value, i) => Math.abs(value - back[i]) < 1e-14));
  });

  test('near the largest double get 500, are stored, and break every list that they are in', async () => {
    const attributes = [{ type: 'A', values: [Number.MAX_VALUE] }];
    assert.equal((await createResource(vtn, venID, 'Poison', { attributes })).status, 500);
    assert.equal((await vtn.sql("SELECT count(*) FROM resource WHERE resource_name = 'Poison'")).trim(), '1');
    assert.equal((await vtn.call(resourcesOf(vtn, venID))).status, 500);
  });
}
