import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { h264, Installation, SLOW, waitFor } from '../process/installation.ts';
import { openBrowser, openPage } from './open-browser.ts';

/**
 * Pictures of the page with real jobs on it: `npm run screenshots`, which says where they are. With names
 * (`list-light`, `fleet-phone`) those only.
 */
const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  phone: {
    colorScheme: 'light',
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
} as const satisfies Record<string, BrowserContextOptions>;

const TITLES = [
  'harbour at dawn',
  'interview with the architect',
  'drone over the valley',
  'conference day one',
  'product film',
  'podcast 12',
  'timelapse of the bridge',
  'kitchen stories',
];

const only = process.argv.slice(2);
const out = await mkdtemp(join(tmpdir(), 'media-nommer-pictures-'));
await using closing = new AsyncDisposableStack();
const installation = await Installation.create({
  MAX_ENCODING_JOBS_PER_EC2_INSTANCE: '3',
  HTTP_ALLOWED_NETWORKS: '127.0.0.1',
});
closing.defer(() => installation.destroy());
await installation.startFeederd();
const browser = await openBrowser();
closing.defer(() => browser.close());

await photograph('empty', 'light');
const running = await makeJobs();
for (const look of ['light', 'dark', 'phone'] as const) {
  await photograph('list', look);
  await photograph('running', look, `#/jobs/${running.encoding}`);
  await photograph('finished', look, `#/jobs/${running.finished}`);
  await photograph('failed', look, `#/jobs/${running.failed}`);
  await photograph('fleet', look, '#/fleet');
}
await photograph('submit', 'light', '', (page) => page.keyboard.press('n'));
await photograph('submit', 'phone', '', (page) => page.getByText('New job').click());
process.stdout.write(`${out}\n`);

async function makeJobs() {
  const submit = async (name: string, to: string, more: object = {}) => {
    const job = {
      source_path: installation.uri(encodeURI(name)),
      dest_path: installation.uri(encodeURI(to)),
      job_options: h264(),
      ...more,
    };
    return await installation.submitJob(job);
  };
  const done: string[] = [];
  for (const [index, title] of TITLES.entries()) {
    await installation.makeClip(`${title}.mp4`, 3 + index, '640x360');
    done.push(await submit(`${title}.mp4`, `web/${title}.mp4`, { metadata: { customer: index } }));
  }
  const audio = { job_options: { options: 'audio' } };
  done.push(await submit('podcast 12.mp4', 'web/podcast 12.m4a', audio));
  const poster = { job_options: { options: 'poster' } };
  done.push(await submit('product film.mp4', 'web/product film.jpg', poster));
  for (const id of done) await installation.finished(id);
  const failed = await submit('lost tape.mov', 'web/lost tape.mp4', {
    notify_url: `${installation.url}/healthz`,
  });
  await waitFor('a failure', async () => (await installation.job(failed)).job_state === 'ERROR');
  await installation.makeClip('feature film.mp4', 180, '640x360');
  const slow = { job_options: SLOW };
  const encoding = await submit('feature film.mp4', 'web/feature film.mp4', slow);
  for (const part of ['part two', 'part three', 'extras', 'trailer']) {
    await submit('feature film.mp4', `web/feature film, ${part}.mp4`, slow);
  }
  await installation.encoding(encoding);
  await waitFor('samples for the charts', async () => {
    const answer = await fetch(`${installation.url}/stats/history`);
    return ((await answer.json()) as { at: string[] }).at.length >= 4;
  });
  return { encoding, failed, finished: done.at(3) ?? '' };
}

async function photograph(
  name: string,
  look: keyof typeof LOOKS,
  fragment = '',
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  if (only.length > 0 && !only.includes(`${name}-${look}`)) return;
  const { page } = await openPage(
    browser satisfies Browser,
    installation.url + fragment,
    LOOKS[look],
  );
  await page.getByRole('main').waitFor();
  await prepare(page);
  if (name === 'list') await page.locator('canvas').nth(3).waitFor();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(out, `${name}-${look}.png`) });
  await page.context().close();
}
