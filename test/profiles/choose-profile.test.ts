import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProfile, profileNamed, profileNames } from '../../src/profiles/choose-profile.ts';

for (const name of profileNames) {
  test(`${name}: found by its name, under which its code records the VTN`, async () => {
    const profile = profileNamed(name);
    assert.equal(profile.name, name);
    assert.equal((await profile.jobs.registration({})).name, name);
  });
}

test('nothing chosen is the default', () => {
  assert.equal(profileNamed().name, defaultProfile);
});
