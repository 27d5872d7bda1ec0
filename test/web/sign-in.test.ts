import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { h264, Installation } from '../process/installation.ts';
import { openBrowser, openPage, type WatchedPage } from './open-browser.ts';

const DIST = join(import.meta.dirname, '../../dist/web');
const MAX_BYTES = 150_000;
const OPS = 'ops-token-0123456789';
const VIEWER = 'viewer-token-0123456789';

let installation: Installation;
let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  installation = await Installation.create({
    API_TOKENS: JSON.stringify([
      { name: 'ops', token: OPS },
      { name: 'viewer', token: VIEWER, scopes: ['read'] },
    ]),
  });
  [browser] = await Promise.all([openBrowser(), installation.startFeederd()]);
  watched = await openPage(browser, installation.url);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await installation.destroy();
});

async function makeOutput(): Promise<string> {
  const source_path = await installation.makeClip('a.mp4', 2);
  const dest_path = installation.uri('out.mp4');
  const headers = { authorization: `Bearer ${OPS}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ source_path, dest_path, job_options: h264() });
  const answer = await fetch(`${installation.url}/jobs`, { method: 'POST', headers, body });
  return ((await answer.json()) as { unique_id: string }).unique_id;
}

describe('with tokens', () => {
  it('asks for one, and takes no wrong one', async () => {
    const { page } = watched;
    await page.getByLabel('API token').fill('wrong-token-0123456789');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is not known here').waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.filter(({ impact }) => impact === 'serious' || impact === 'critical'),
    ).toEqual([]);
  });

  it('keeps a right one where scripts cannot read it, for calls, events and players alike', async () => {
    const { page, hosts, complaints } = watched;
    const id = await makeOutput();
    await page.getByLabel('API token').fill(OPS);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    const row = page.getByRole('listitem').filter({ hasText: 'out.mp4' });
    await row.getByText('Finished').waitFor({ timeout: 30_000 });
    await row.locator('canvas').waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ value: OPS, httpOnly: true, sameSite: 'Strict', expires: -1 });
    const storage = await page.evaluate('JSON.stringify(localStorage)');
    expect(storage).not.toContain(OPS);
    await page.goto(`${installation.url}/#/jobs/${id}`);
    await page.locator('video').waitFor();
    expect(page.url()).not.toContain(OPS);
    expect([...hosts]).toEqual([new URL(installation.url).host]);
    expect(complaints).toEqual([]);
  }, 120_000);

  it('is signed out of again, and opens for another with less to do', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API token').fill(VIEWER);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'New job' }).count()).toBe(0);
  });
});

describe('the page as it is served', () => {
  it('has headers that bind it', async () => {
    const { headers } = await fetch(installation.url);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('comes compressed, is kept for good where its name tells what is in it, and is small', async () => {
    const html = await (await fetch(installation.url)).text();
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const answer = await fetch(`${installation.url}/${script}`, {
      headers: { 'accept-encoding': 'br' },
    });
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect(answer.headers.get('content-type')).toMatch(/javascript/);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${installation.url}/assets/..%2findex.html`)).status).toBe(403);

    const files = await readdir(DIST, { recursive: true });
    const sizes = files
      .filter((name) => name.endsWith('.br'))
      .map((name) => stat(join(DIST, name)));
    const bytes = (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MAX_BYTES);
  });
});
