import { after, before, beforeEach, describe } from 'node:test';
import { access, scopes30, scopes31 } from './access.ts';
import { changes } from './changes.ts';
import { client } from './client.ts';
import { lists } from './lists.ts';
import { objects } from './objects.ts';
import { resources, resources30, resources31 } from './resources.ts';
import { sameAnswers } from './same-answers.ts';
import { texts } from './texts.ts';
import type { ContractCandidate, ContractVtn, Part } from './vtn.ts';

/**
 * What any VTN of OpenLEADR's kind answers, asked of the one that `start` starts: run against the simulator and,
 * unchanged, against the real servers, so that the two cannot drift apart. Where they differ, the server is right.
 * `more`: further parts.
 */
export function contract(
  { generation, title, skip, start }: ContractCandidate,
  more: Readonly<Record<string, Part>> = {},
): void {
  describe(title, { skip }, () => {
    let vtn: ContractVtn;
    before(async () => {
      vtn = await start();
    });
    after(() => vtn?.stop());
    beforeEach(() => vtn.clear());
    const parts: Record<string, Part> = {
      access,
      resources,
      texts,
      lists,
      changes,
      'programs, events, reports, subscriptions': objects,
      'the client': client,
      'the script': sameAnswers,
      ...more,
      ...(generation === '3.0'
        ? { 'roles of 3.0': scopes30, 'resources of 3.0': resources30 }
        : { 'scopes of 3.1': scopes31, 'resources of 3.1': resources31 }),
    };
    for (const [name, part] of Object.entries(parts)) {
      describe(name, () => part(() => vtn, generation));
    }
  });
}
