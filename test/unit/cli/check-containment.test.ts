import { expect, it, vi } from 'vitest';
import { checkContainment } from '../../../src/cli/doctor/check-containment.ts';
import { parse } from '../conf/try-settings.ts';
import { useOwnTools } from '../nommers/use-own-tools.ts';

const { withTool } = useOwnTools();

async function check(uid: number, variables: Readonly<Record<string, string>> = {}) {
  vi.spyOn(process, 'getuid').mockReturnValue(uid);
  const paths = { FFMPEG_PATH: '/bin/true', FFPROBE_PATH: '/bin/true' };
  return await checkContainment(parse({ ...paths, ...variables }));
}

it('advises what is missing where there is nothing', async () => {
  expect(await check(1000)).toMatchObject([
    {
      name: 'sandbox',
      verdict: 'warning',
      advice:
        'Install bubblewrap (apt-get install bubblewrap). Install util-linux (setpriv, prlimit). docs/security.md tells more.',
    },
  ]);
});

it('does not advise to install a bubblewrap that is there', async () => {
  await withTool('bwrap', 'exit 0');
  const [asRoot] = await check(0);
  expect(asRoot?.found).toMatch(/^bubblewrap; /);
  expect(asRoot?.advice).not.toContain('ubblewrap');
  expect(asRoot?.advice).toContain('Run nommerd as a user of its own, not as root.');

  await withTool('bwrap', 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1');
  const [refused] = await check(1000);
  expect(refused?.found).toMatch(/^none; /);
  expect(refused?.advice).toContain('Allow bubblewrap to make user namespaces.');
  expect(refused?.advice).not.toContain('nstall bubblewrap');
});

it('has nothing to advise where all is there', async () => {
  for (const tool of ['bwrap', 'setpriv', 'prlimit', 'unshare']) await withTool(tool, 'exit 0');
  expect(await check(1000)).toEqual([{ name: 'sandbox', verdict: 'ok', found: 'bubblewrap' }]);
});

it('says so where a setting wants more than there is', async () => {
  expect(await check(1000, { FFMPEG_CONTAINMENT: 'bubblewrap' })).toMatchObject([
    {
      verdict: 'problem',
      advice: expect.stringMatching(/^FFMPEG_CONTAINMENT wants bubblewrap\. Install bubblewrap/),
    },
  ]);
});
