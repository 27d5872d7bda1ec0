import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installation, SLOW, waitFor } from '../process/installation.ts';
import { openBrowser, openPage, type WatchedPage } from './open-browser.ts';

let installation: Installation;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  installation = await Installation.create();
  [browser] = await Promise.all([openBrowser(), installation.startFeederd()]);
  watched = await openPage(browser, installation.url);
  ({ page } = watched);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await installation.destroy();
});

/** What axe finds of weight in the page as it is. */
async function faults(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Notes from now on what every bar shows, so that a slow look misses nothing. */
const noteBars = () =>
  page.evaluate(`
    window.bars = [];
    new MutationObserver(() => {
      const bar = document.querySelector('[role=progressbar]');
      const value = Number(bar?.getAttribute('aria-valuenow') ?? 0);
      if (value > 0 && value !== window.bars.at(-1)) window.bars.push(value);
    }).observe(document.body, { attributes: true, childList: true, subtree: true });
  `);

describe('the page', () => {
  it('says how to begin while there is no job', async () => {
    await page.getByRole('heading', { name: 'No job yet' }).waitFor();
    expect(await page.getByText(`curl ${installation.url}/jobs`).count()).toBe(1);
    expect(await faults()).toEqual([]);
  });

  it('submits a job, shows it move, and plays what it made', async () => {
    await installation.makeClip('my clip.mp4', 6);
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog', { name: 'New job' });
    await dialog.getByLabel('Source').fill(installation.path('my clip.mp4'));
    expect(await dialog.getByLabel('Output').inputValue()).toBe(
      installation.uri('my%20clip-out.mp4'),
    );
    await dialog.getByLabel('Encoding').selectOption('options of my own');
    await dialog.getByLabel('Options, as JSON').fill(JSON.stringify(SLOW.options));
    expect(await faults()).toEqual([]);
    await dialog.getByRole('button', { name: 'Submit' }).click();

    await noteBars();
    // It opens the new job.
    await page.getByRole('heading', { name: 'my clip-out.mp4' }).waitFor();
    await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
    const row = page.getByRole('listitem').filter({ hasText: 'my clip-out.mp4' });
    await row.getByText('Finished').waitFor({ timeout: 90_000 });
    const bars = await page.evaluate<number[]>('window.bars');
    expect(bars.length).toBeGreaterThan(1);
    expect(bars).toEqual(bars.toSorted((a, b) => a - b));
    expect(await faults()).toEqual([]);
    await row.locator('canvas').waitFor();
    await row.getByRole('link', { name: 'my clip-out.mp4' }).click();
    const video = page.locator('video');
    await video.waitFor();
    await video.evaluate((element) => {
      const player = element as unknown as { muted: boolean; play(): Promise<void> };
      player.muted = true;
      return player.play();
    });
    await waitFor('the output to play', async () => {
      const time = await video.evaluate(
        (element) => (element as unknown as { currentTime: number }).currentTime,
      );
      return time > 0.3;
    });
    for (const text of ['h264', '320 × 180', '-preset', 'Attempt 1']) {
      expect([text, await page.getByText(text).count()]).not.toEqual([text, 0]);
    }
    expect(await faults()).toEqual([]);
  }, 120_000);

  it('cancels a job that runs, and starts it all over again', async () => {
    const source_path = await installation.makeClip('long.mp4', 30);
    const dest_path = installation.uri('long-out.mp4');
    const id = await installation.submitJob({ source_path, dest_path, job_options: SLOW });
    await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
    const row = page.getByRole('listitem').filter({ hasText: 'long-out.mp4' });
    await row.getByText('Encoding').waitFor({ timeout: 60_000 });
    await row.getByRole('button', { name: 'Cancel long-out.mp4' }).click();
    await row.getByText('Cancelled').waitFor();
    expect(await installation.job(id)).toMatchObject({ job_state: 'CANCELLED' });
    await row.getByRole('button', { name: 'Retry long-out.mp4' }).click();
    await row.getByText('Encoding').waitFor({ timeout: 60_000 });
    await row.getByRole('link').click();
    await page.getByText('Attempt 2').waitFor();
    await page.getByRole('button', { name: 'Cancel job' }).click();
    await page.getByRole('button', { name: 'Retry job' }).waitFor();
  }, 120_000);

  it('says in words why a job has failed, and what is wrong with a request', async () => {
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Source').fill('/etc/passwd');
    await dialog.getByLabel('Output').fill('/etc/out.mp4');
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await dialog.getByText('source_path is outside FILE_ROOTS').waitFor();
    expect(await dialog.getByLabel('Source').getAttribute('aria-invalid')).toBe('true');
    await dialog.getByLabel('Source').fill(installation.uri('not-there.mov'));
    await dialog.getByLabel('Output').fill(installation.uri('never.mp4'));
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('SOURCE_NOT_FOUND').first().waitFor();
    await page.getByText('There is nothing at source_path.').first().waitFor();
    expect(await faults()).toEqual([]);
  });

  it('finds jobs by words and by state', async () => {
    await page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
    await page.keyboard.press('/');
    await page.keyboard.type('MY clip');
    const rows = page.getByRole('list', { name: 'Jobs' }).getByRole('listitem');
    await waitFor('one row', async () => (await rows.count()) === 1);
    await page.getByRole('button', { name: 'Error' }).click();
    await page.getByRole('heading', { name: 'No such job' }).waitFor();
    expect(new URL(page.url()).search).toBe('?state=ERROR&q=MY+clip');
    await page.reload();
    await page.getByRole('heading', { name: 'No such job' }).waitFor();
    await page.getByRole('button', { name: 'Show all jobs' }).click();
    await waitFor('all rows', async () => (await rows.count()) === 3);
    // By keys from row to row.
    await rows.first().getByRole('link').focus();
    await page.keyboard.press('ArrowDown');
    await waitFor('the second row', async () => {
      const focused = await page.evaluate('document.activeElement.closest("li").dataset.index');
      return focused === '1';
    });
  });

  it('shows the nodes with their slots', async () => {
    await page.getByRole('link', { name: 'Fleet' }).click();
    await page.getByText('Takes jobs').waitFor();
    expect(await page.getByRole('list', { name: /of 2 slots busy/ }).count()).toBe(1);
    expect(await faults()).toEqual([]);
  });

  it('comes back by itself when feederd does', async () => {
    installation.feederd?.kill('SIGTERM');
    await page.getByText('The connection to feederd is lost').waitFor();
    await installation.startFeederd();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByText('The connection to feederd is lost').count()).toBe(0);
  }, 120_000);

  it('asks nobody but feederd for anything, and nothing that its policy forbids', () => {
    expect([...watched.hosts]).toEqual([new URL(installation.url).host]);
    expect(watched.complaints).toEqual([]);
  });
});
