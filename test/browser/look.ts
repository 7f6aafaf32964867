/**
 * Takes pictures of each view of the page, in both themes and on a phone's width, and says what axe finds serious and what the
 * browser complains of: `node test/browser/look.ts --out /tmp/pictures --scenario trouble [--only matrix]`. The page must be built.
 * `--url http://127.0.0.1:8080 [--token …]`: of a server that runs.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { startPageStandIn } from '../support/page-stand-in.ts';
import type { Scenario } from '../support/stand-in-fleet.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: '/tmp/pictures' },
    scenario: { type: 'string', default: 'trouble' },
    only: { type: 'string' },
    url: { type: 'string' },
    token: { type: 'string' },
    browser: { type: 'string', default: '/usr/bin/chromium' },
    quick: { type: 'boolean', default: false },
  },
});

const views: Readonly<Record<string, string>> = {
  overview: '#/',
  matrix: '#/matrix',
  map: '#/map',
  loads: '#/loads',
  found: '#/loads?state=failed&ven=Aalborg',
  load: '#/loads/load-2',
  failures: '#/failures',
  events: '#/events',
  event: '#/events/event-1',
  runs: '#/runs',
  nowhere: '#/nowhere',
};
const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const looks = (['light', 'dark'] as const).flatMap((theme) =>
  (Object.keys(sizes) as (keyof typeof sizes)[]).map((size) => ({ theme, size })),
);

mkdirSync(values.out, { recursive: true });
const page =
  values.url === undefined
    ? await startPageStandIn({ scenario: values.scenario as Scenario })
    : { url: new URL('/', values.url).href, close: () => Promise.resolve() };
const browser = await chromium.launch({ executablePath: values.browser, args: ['--no-sandbox'] });
for (const look of values.quick ? looks.filter((_, index) => index === 0 || index === 3) : looks)
  await takeAll(browser, look);
await browser.close();
await page.close();

async function takeAll(browser: Browser, { theme, size }: (typeof looks)[number]): Promise<void> {
  const context = await browser.newContext({ viewport: sizes[size], colorScheme: theme, bypassCSP: false });
  const tab = await context.newPage();
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) console.log(`console: ${message.text()}`);
  });
  tab.on('pageerror', (error) => console.log(`error: ${error.stack}`));
  if (values.token) {
    const headers = { origin: new URL(page.url).origin };
    await tab.request.post(`${page.url}api/v1/session`, { data: { token: values.token }, headers });
  }
  const ids = {
    'load-2': (await (await tab.request.get(`${page.url}api/v1/loads`)).json()).loads[0]?.loadId,
    'event-1': (await (await tab.request.get(`${page.url}api/v1/events`)).json()).events[0]?.eventId,
  };
  for (const [name, place] of Object.entries(views)) {
    const hash = place.replace(/(load-2|event-1)$/, (id) => ids[id as keyof typeof ids] ?? id);
    if (values.only && !values.only.split(',').includes(name)) continue;
    await tab.goto(`${page.url}${hash}`);
    await tab.waitForSelector('.rail .connection .dot.ok');
    await tab
      .waitForSelector('[aria-busy]', { state: 'detached', timeout: 5_000 })
      .catch(() => console.log(`${name} is still loading`));
    await tab.waitForTimeout(name === 'overview' ? 2_600 : 300);
    const path = join(values.out, `${values.scenario}-${name}-${size}-${theme}.png`);
    await tab.screenshot({ path });
    await tab.screenshot({ path: path.replace('.png', '-whole.png'), fullPage: true });
    const wide = await tab.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (wide > 0) console.log(`${name} ${size}: ${wide} px wider than the window`);
    await tab.evaluate(axe);
    const found = await tab.evaluate(async () => {
      const { violations } = await (
        globalThis as unknown as {
          axe: {
            run(): Promise<{
              violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
            }>;
          };
        }
      ).axe.run();
      return violations.map(
        ({ id, impact, nodes }) =>
          `${impact} ${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary.slice(0, 300)}`,
      );
    });
    for (const one of found) console.log(`${name} ${size} ${theme}: ${one}`);
  }
  await context.close();
}
