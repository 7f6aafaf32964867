import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { postEvent } from '../../src/api/post-event.ts';
import { VenfleetError } from '../../src/core/errors.ts';
import { browserFor, builtPageFor, findBrowser, openTab, seriousFindings } from '../support/browser.ts';
import { pythonDatabase, readLoads, type TestSite, testLoadId } from '../support/fleet-database.ts';
import { keptPage, pageToken } from '../support/kept-page.ts';
import { createPageFleet } from '../support/page-fleet.ts';
import { pageServer } from '../support/page-server.ts';
import { simulatorFor } from '../support/simulator.ts';
import { troubledVtn } from '../support/troubled-vtn.ts';

const executablePath = findBrowser();
const skip =
  executablePath === undefined &&
  'the page was not looked at: there is no Chromium here (TEST_VENFLEET_CHROMIUM names one)';

const hostile = '<img src=x onerror=alert(1)>';
const arabic = 'مبنى ‮الطاقة';
const long = 'Sehrlangername'.repeat(22).slice(0, 300);
const sites: TestSite[] = [
  ...Array.from({ length: 4 }, () => ({ ven: 'Aalborg' })),
  ...Array.from({ length: 4 }, () => ({ ven: 'Skagen' })),
  ...[hostile, arabic, long].map((name) => ({ ven: hostile, name, address: name })),
];
const total = sites.length * 6;
/** The site whose loads the VTN refuses at first. */
const refusedSite = 'site-00001';

test('the page in a browser', { skip }, async (t) => {
  const [pageFolder, browser] = await Promise.all([builtPageFor(t), browserFor(t, executablePath as string)]);
  const simulator = await simulatorFor(t, { dialect: 'openadr-3.1' });
  let isRefusing = true;
  const vtn = await troubledVtn(t, simulator.url, ({ method, path, body }) =>
    isRefusing && method === 'POST' && path === '/resources' && body.includes(refusedSite) ? 400 : 'pass',
  );
  const options = { dbPath: pythonDatabase(t, sites), vtnUrl: vtn.url, pageFolder };
  const kept = await keptPage(t, { ...options, port: 0 });
  const { url } = kept;
  const { tab, complaints } = await openTab(browser);
  const number = (name: string) => tab.locator('.numbers li', { hasText: name }).locator('strong');

  await t.test('a wrong token is refused, the right one shows the fleet', async () => {
    await tab.goto(url);
    await tab.getByLabel('Token').fill('a-wrong-token-0123456789');
    await tab.getByRole('button', { name: 'Log in' }).click();
    await tab.getByRole('alert').waitFor();
    await lookAt(tab, 'login');
    await logIn(tab);
    await tab.locator('.connection', { hasText: 'Live' }).waitFor();
    assert.deepEqual(
      complaints.splice(0).filter((one) => !one.includes('401')),
      [],
    );
  });

  await t.test('a fleet that cannot be read is said in each view, and shown once it can', async () => {
    const fleet = createPageFleet();
    fleet.failure = new VenfleetError('DB_LOCKED', { path: 'fleet.db', problem: 'another program has it' });
    const server = await pageServer(t, { views: fleet.views, pageFolder });
    const { tab: other, complaints: heard } = await openTab(browser);
    for (const view of ['', 'matrix', 'events']) {
      await other.goto(`${server.url}/#/${view}`);
      await other.getByRole('alert').getByText('DB_LOCKED').waitFor();
    }
    fleet.failure = undefined;
    await other.goto(`${server.url}/#/`);
    await other.getByRole('heading', { name: 'Loads', exact: true }).waitFor();
    assert.deepEqual(
      heard.filter((one) => !one.includes('503')),
      [],
    );
    await other.context().close();
  });

  await t.test('from nothing to registered, without being loaded anew', async () => {
    await has(number('waiting'), `${total}`);
    await has(number('registered'), '0');
    await tab.evaluate('globalThis.isSame = true');
    kept.begin();
    await has(number('registered'), `${total - 6}`);
    await has(number('failed'), '6');
    assert.equal(await tab.evaluate('globalThis.isSame'), true);
  });

  await t.test('a failure is found from the overview, and is gone once a person tries again', async () => {
    const attention = tab.locator('.verdict li', { hasText: '6 loads could not be registered' });
    await attention.getByRole('link').click();
    await tab.locator('table.loads tbody tr').nth(5).waitFor();
    await tab.getByRole('link', { name: /^Failures/ }).click();
    const reason = tab.locator('table.reasons tbody tr');
    await has(reason.locator('td.number').first(), '6');
    await lookAt(tab, 'failures');
    await reason.locator('td a').click();
    await tab.locator('.problem', { hasText: 'HTTP 400' }).waitFor();
    await tab.locator('.view > p', { hasText: `${refusedSite}_load_` }).waitFor();

    isRefusing = false;
    await tab.getByRole('link', { name: 'Overview' }).click();
    await tab.getByRole('button', { name: 'Register now' }).click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Register' }).click();
    await tab.getByRole('dialog').getByText('It has begun.').waitFor();
    await tab.keyboard.press('Escape');
    await has(number('registered'), `${total}`);
    await has(number('failed'), '0');
    assert.equal(readLoads(options.dbPath).filter((load) => load.vtn_resource_id !== null).length, total);
  });

  await t.test('what differs is planned, shown, and applied once a person agrees', async () => {
    const [load] = readLoads(options.dbPath);
    const gone = await fetch(`${simulator.url}/resources/${load?.vtn_resource_id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer x' },
    });
    assert.equal(gone.status, 200);
    await tab.getByRole('button', { name: 'Plan…' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Plan/ }).click();
    const line = dialog.locator('tbody tr');
    await line.getByText(`${load?.resource_id}_${load?.load_component}`).waitFor();
    assert.equal(await line.count(), 1);
    await lookAt(tab, 'the plan');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.getByText('The plan is being applied.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await tab.locator('.run-card', { hasText: /apply/i }).waitFor();
    // The page tells of it as soon as it begins.
    while (simulator.stats().resources < total) await tab.waitForTimeout(50);
    await has(number('registered'), `${total}`);
    assert.equal(simulator.stats().resources, total);
  });

  await t.test('a server that is started again is found again', async () => {
    await kept.stop();
    await tab.getByText('The connection to the server is lost').waitFor();
    const again = await keptPage(t, { ...options, port: Number(new URL(url).port) });
    again.begin();
    await logIn(tab);
    await has(number('registered'), `${total}`);
    await tab.locator('.connection', { hasText: 'Live' }).waitFor();
    complaints.splice(0);
  });

  await t.test('an event comes, with whom it means and what was handed over', async () => {
    await tab.getByRole('link', { name: 'Events', exact: true }).click();
    await tab.getByText('There are no events.').waitFor();
    await postEvent({
      ...{ vtnUrl: simulator.url, profile: 'openadr-3.1', bearerToken: 'x' },
      action: { kind: 'create' },
      wish: { name: 'Peak of the evening', targets: [{ type: null, value: 'load_1' }] },
    });
    const row = tab.locator('table.events tbody tr', { hasText: 'Peak of the evening' });
    await row.getByText(`${sites.length} on time`).waitFor();
    await has(row.locator('td.number'), `${sites.length}`);
    await row.getByRole('link').click();
    await tab.locator('.share', { hasText: `${sites.length} loads take part` }).waitFor();
  });

  await t.test('by keyboard alone', async () => {
    await tab.goto(`${url}/#/`);
    await tab.locator('.numbers').waitFor();
    await tab.reload();
    await tab.locator('.numbers').waitFor();
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Enter');
    assert.equal(await tab.evaluate('document.activeElement.tagName'), 'MAIN', 'the skip link leads there');
    await tabTo(tab, 'a[href="#/loads?state=registered"]');
    await tab.keyboard.press('Enter');
    await tab.locator('table.loads tbody tr').first().waitFor();
    await tab.keyboard.press('/');
    assert.equal(await tab.evaluate('document.activeElement.type'), 'search');
    await tab.keyboard.type('site-00004_load_2');
    await tab.locator('table.loads tbody tr').nth(1).waitFor({ state: 'detached' });
    await tabTo(tab, `a[href="#/loads/${testLoadId(4, 'load_2')}"]`);
    await tab.keyboard.press('Enter');
    await tab.getByRole('heading', { level: 1, name: 'HVAC' }).waitFor();
  });

  await t.test(
    'every view: nothing that axe finds serious, no wider than a phone, no complaint',
    async () => {
      const [event] = (await (await tab.request.get(`${url}/api/v1/events`)).json()).events;
      for (const [hash, there] of [...views, [`#/events/${event.eventId}`, 'table tbody tr'] as const]) {
        await tab.goto(`${url}/${hash}`);
        await tab.locator(there).first().waitFor();
        await tab.locator('[aria-busy]').waitFor({ state: 'detached' });
        await lookAt(tab, hash);
      }
      // The load that there is not.
      assert.deepEqual(
        complaints.filter((one) => !one.includes('404')),
        [],
      );
    },
  );

  await t.test('whoever logs out sees no more', async () => {
    await tab.getByRole('button', { name: 'Log out' }).click();
    await tab.getByLabel('Token').waitFor();
    assert.equal((await tab.request.get(`${url}/api/v1/overview`)).status(), 401);
  });
});

const loadOf = (site: number) => `#/loads/${testLoadId(site, 'load_1')}`;
/** Every view, and by what it is known that it shows what it should. */
const views: readonly (readonly [hash: string, there: string])[] = [
  ['#/', '.numbers'],
  ['#/matrix', 'table.matrix tbody tr:nth-child(3)'],
  ['#/map', '.ven-list li:nth-child(3)'],
  [`#/loads?ven=${encodeURIComponent(hostile)}`, 'table.loads tbody tr:nth-child(18)'],
  [loadOf(8), 'h1'],
  [loadOf(9), 'h1'],
  [loadOf(10), 'h1'],
  [`#/loads/${encodeURIComponent(hostile)}`, '.problem'],
  ['#/events', 'table.events tbody tr'],
  ['#/runs', '.run'],
  ['#/nowhere', 'h1'],
];
/** Where the hostile name is to be read. */
const naming = ['#/matrix', '#/map', '#/loads?', loadOf(8)];

/** What holds of every view: in both themes, with names as text, on a phone. */
async function lookAt(tab: Page, view: string): Promise<void> {
  assert.deepEqual(await seriousFindings(tab), [], view);
  await tab.emulateMedia({ colorScheme: 'dark' });
  // All else is the same in both themes.
  assert.deepEqual(await seriousFindings(tab, ['color-contrast']), [], `${view}, dark`);
  await tab.emulateMedia({ colorScheme: 'light' });
  assert.equal(await tab.locator('img').count(), 0, `${view} took a name for an image`);
  if (naming.some((one) => view.startsWith(one)))
    assert.ok((await tab.locator('main').textContent())?.includes(hostile), `${view} lacks a name`);
  await tab.setViewportSize({ width: 390, height: 844 });
  const tooWide = await tab.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.equal(tooWide, 0, `${view} is wider than a phone`);
  await tab.setViewportSize({ width: 1280, height: 800 });
}

async function logIn(tab: Page): Promise<void> {
  await tab.getByLabel('Token').fill(pageToken);
  await tab.getByRole('button', { name: 'Log in' }).click();
}

/** Waits until it says just this. */
async function has(place: Locator, text: string): Promise<void> {
  await place.filter({ hasText: new RegExp(`^${text}$`) }).waitFor();
}

/** Presses Tab until this has the focus. */
async function tabTo(tab: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await tab.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
    await tab.keyboard.press('Tab');
  }
  assert.fail(`${selector} cannot be reached by Tab`);
}
