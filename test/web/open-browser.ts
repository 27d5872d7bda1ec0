import { access } from 'node:fs/promises';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Nothing of the browser's own that would call anybody. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page, and what is wrong with it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, and what the page's policy refused. */
  readonly complaints: string[];
  /** Hosts that it sent requests to. */
  readonly hosts: Set<string>;
}

/** Debian's own Chromium, as Playwright drives it. */
export async function openBrowser(): Promise<Browser> {
  await access(CHROMIUM).catch(() => {
    throw new Error(`There is no ${CHROMIUM}: apt-get install chromium`);
  });
  return await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser says so of every answer that is an error, expected or not.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http')) hosts.add(host);
  });
  await page.goto(url);
  return { page, complaints, hosts };
}
