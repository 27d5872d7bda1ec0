import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNomconf } from '../../src/conf/load-nomconf.ts';
import { openLocalPlace } from '../../src/local/open-local-place.ts';
import { makeJob } from '../doubles/make-job.ts';
import { Installation, waitFor } from '../process/installation.ts';
import { openBrowser, openPage } from './open-browser.ts';

const COUNT = 10_000;
const PAGES = 50;

let installation: Installation;
let browser: Browser;
let page: Page;

/** Nodes are kept from starting: the jobs are to stay as they are. */
beforeAll(async () => {
  installation = await Installation.create({ FEEDERD_ALLOW_EC2_LAUNCHES: 'false' });
  const { settings } = await loadNomconf({
    env: { DATA_DIR: installation.path('data') },
    cwd: installation.dir,
  });
  const place = await openLocalPlace(settings);
  for (let first = 0; first < COUNT; first += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => place.store.create(job(first + index))),
    );
  }
  await place.close();
  [browser] = await Promise.all([openBrowser(), installation.startFeederd()]);
  ({ page } = await openPage(browser, installation.url));
}, 180_000);

afterAll(async () => {
  await browser.close();
  await installation.destroy();
});

function job(n: number) {
  const now = Date.now() - (COUNT - n) * 1000;
  // Every hundredth is still to be done.
  const ended = n % 100 === 0 ? {} : { jobState: 'CANCELLED' as const };
  const destPath = installation.uri(`film-${n}.mp4`);
  return makeJob({ uniqueId: `job-${n}`, destPath, queued: true, ...ended }, now);
}

const rows = () => page.getByRole('list', { name: 'Jobs' }).getByRole('listitem');

describe('with ten thousand jobs', () => {
  it('has no more rows in the document than can be seen, to the very last job', async () => {
    await rows().first().waitFor();
    await waitFor(
      'the last job',
      async () => {
        await page.evaluate('scrollTo(0, document.body.scrollHeight)');
        return (await page.getByRole('link', { name: 'film-0.mp4', exact: true }).count()) > 0;
      },
      60,
    );
    expect(await rows().count()).toBeLessThan(60);
    expect(await rows().last().getAttribute('aria-setsize')).toBe(String(COUNT));
  }, 180_000);

  it('takes what happens meanwhile, where one has scrolled to and at the top', async () => {
    const old = page.getByRole('listitem').filter({ hasText: 'film-0.mp4' });
    await old.getByText('Pending').waitFor();
    const cancelled = await fetch(`${installation.url}/jobs/job-0/cancel`, { method: 'POST' });
    expect(cancelled.status).toBe(200);
    await old.getByText('Cancelled').waitFor();
    const dest_path = installation.uri('brand-new.mp4');
    const source_path = installation.uri('in.mov');
    await installation.submitJob({ source_path, dest_path, job_options: { options: 'h264_web' } });
    await page.evaluate('scrollTo(0, 0)');
    await rows().first().getByText('brand-new.mp4').waitFor();
  });

  it('finds one among them', async () => {
    await page.getByRole('searchbox').fill('film-1234.mp4');
    await page.getByRole('link', { name: 'film-1234.mp4' }).waitFor();
    expect(await rows().count()).toBe(1);
  });

  it('tells fifty open pages of each change', async () => {
    const line = new AbortController();
    const heard: number[] = [];
    const follow = async (index: number) => {
      const { body } = await fetch(`${installation.url}/events?from=now`, { signal: line.signal });
      const decoder = new TextDecoder();
      const reading = (async () => {
        for await (const chunk of body ?? []) {
          const text = decoder.decode(chunk as Uint8Array, { stream: true });
          heard[index] = (heard[index] ?? 0) + text.split('"job_state":"CANCELLED"').length - 1;
        }
      })();
      void reading.catch(() => undefined); // it is torn down in the end
    };
    const pages = Array.from({ length: PAGES }, async (_, index) => {
      for (const path of ['', 'session', 'jobs?limit=100', 'stats', 'nodes']) {
        await (await fetch(`${installation.url}/${path}`)).text();
      }
      await follow(index);
    });
    await Promise.all(pages);
    for (let n = 5000; n < 7000; n += 100) {
      await (await fetch(`${installation.url}/jobs/job-${n}/cancel`, { method: 'POST' })).json();
    }
    const haveAll = () => heard.length === PAGES && heard.every((count) => count >= 20);
    await expect.poll(haveAll, { timeout: 20_000 }).toBe(true);
    line.abort();
  });
});
