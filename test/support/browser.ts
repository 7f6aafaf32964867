import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { temporaryFolder } from './fleet-database.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser of this machine; undefined: there is none. `TEST_VENFLEET_CHROMIUM` names one. */
export function findBrowser(): string | undefined {
  const { TEST_VENFLEET_CHROMIUM: named, PATH = '' } = process.env;
  if (named) return named;
  const folders = [...PATH.split(delimiter), '/usr/bin'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Builds the page apart from `dist`, which other tests build anew; returns its folder. */
export async function builtPageFor(t: TestContext): Promise<string> {
  const outDir = join(temporaryFolder(t), 'web');
  await build({
    configFile: join(import.meta.dirname, '../../vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, reportCompressedSize: false },
  });
  return outDir;
}

export async function browserFor(t: TestContext, executablePath: string): Promise<Browser> {
  // A sandbox needs rights that containers do not give; what is looked at is our own page.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  return browser;
}

/** A tab, and whatever its browser complained of: errors, what the content policy forbids, refused requests, dialogs. */
export async function openTab(browser: Browser): Promise<{ tab: Page; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  tab.on('pageerror', (error) => complaints.push(String(error.stack)));
  tab.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { tab, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds serious or critical in what is shown, a line each; `rules`: only by these. */
export async function seriousFindings(tab: Page, rules: readonly string[] = []): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(rules.length > 0 && { runOnly: rules }) };
  if (!(await tab.evaluate("'axe' in globalThis"))) await tab.evaluate(axe);
  const found = await tab.evaluate<
    { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
  >(`axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`);
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`);
}
