import { symlink } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import type { NomRequest } from '../../../src/core/nommer.ts';
import { createNommers, type FFmpegContainment } from '../../../src/nommers/create-nommers.ts';
import { findContainment } from '../../../src/nommers/ffmpeg/containment/find-containment.ts';
import { limitsFrom } from '../../../src/nommers/ffmpeg/containment/limits.ts';
import { useOwnTools } from './use-own-tools.ts';

const SETTINGS = { ffmpegPath: '/bin/true', ffprobePath: '/bin/true', ffmpegStallSeconds: 60 };
const FILES = { ffmpeg: '/bin/true', ffprobe: '/bin/true' };

const { withTool, at } = useOwnTools();

const find = () => findContainment(FILES, limitsFrom({}));

describe('a machine that has nothing to contain FFmpeg with', () => {
  it('runs it as it is, and says all that is missing', async () => {
    const containment = await find();
    expect(containment.level).toBe('none');
    expect(containment.lacking.join('\n')).toMatch(/killed: there is no setpriv in PATH/);
    expect(containment.lacking.join('\n')).toMatch(/no limits: there is no prlimit in PATH/);
    expect(containment.lacking.join('\n')).toMatch(/no bubblewrap: there is no bwrap in PATH/);
    const contained = { program: '/bin/ffmpeg', args: ['-version'], workDir: '/x', sources: [] };
    expect(containment.wrap(contained)).toEqual(['/bin/ffmpeg', ['-version']]);
  });

  it.each([
    {
      name: 'a setpriv that is not allowed what it needs',
      script: 'echo "setpriv: activate capabilities: Operation not permitted" >&2; exit 127',
      says: 'setpriv fails: setpriv: activate capabilities: Operation not permitted',
    },
    {
      name: 'a setpriv that is too old',
      script: `printf "setpriv: unrecognized option '--pdeathsig'\\nTry 'setpriv --help'\\n" >&2; exit 1`,
      says: "setpriv fails: setpriv: unrecognized option '--pdeathsig'",
    },
    { name: 'a setpriv that says nothing', script: 'exit 3', says: /setpriv fails: .*exit code 3/ },
  ])('has $name tell that in its own words', async ({ script, says }) => {
    await withTool('setpriv', script);
    const { lacking } = await find();
    expect(lacking).toContainEqual(expect.stringMatching(says));
  });

  it('tells why a bubblewrap that is there does not serve', async () => {
    await withTool('bwrap', 'echo "bwrap: setting up uid map: Permission denied" >&2; exit 1');
    const { level, lacking } = await find();
    expect(level).toBe('none');
    expect(lacking).toContain('no bubblewrap: bwrap: setting up uid map: Permission denied');
  });
});

describe('a bubblewrap that does not run within a namespace of processes', () => {
  it('contains FFmpeg all the same, and it is said what lacks', async () => {
    const rest = 'while [ "$1" != -- ]; do shift; done; shift';
    await withTool('setpriv', `${rest}; exec "$@"`);
    await withTool('prlimit', `${rest}; exec "$@"`);
    await withTool('unshare', `${rest}; INSIDE=1 exec "$@"`);
    await withTool('bwrap', `[ -z "$INSIDE" ] || exit 1; ${rest}; exec "$@"`);
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    const containment = await find();
    expect(containment).toMatchObject({
      level: 'bubblewrap',
      lacking: [expect.stringContaining('FFmpeg that is just being started may outlive a nommerd')],
    });
    const [, args] = containment.wrap({
      program: '/bin/ffmpeg',
      args: [],
      workDir: '/x',
      sources: [],
    });
    expect(args).not.toContain(at('unshare'));
  });
});

describe('a node', () => {
  it('is told once how FFmpeg is contained', async () => {
    const told = new Promise<FFmpegContainment>((onContained) => {
      void createNommers(SETTINGS, new Map(), { onContained });
    });
    expect(await told).toMatchObject({ level: 'none' });
  });

  it('leaves its jobs to others where that shows only with the first of them', async () => {
    const ffmpegPath = at('ffmpeg');
    const wanting = { ...SETTINGS, ffmpegPath, ffmpegContainment: 'limits' } as const;
    const nommers = await createNommers(wanting, new Map(), { onContained: () => undefined });
    await symlink('/bin/true', ffmpegPath);
    const request = {
      options: [{}],
      signal: new AbortController().signal,
    } as unknown as NomRequest;
    await expect(nommers.get('FFmpegNommer')?.nom(request)).rejects.toMatchObject({
      code: 'BAD_SETTING',
      retryable: true,
    });
  });

  it('does not start where FFMPEG_CONTAINMENT wants more than there is', async () => {
    const wanting = { ...SETTINGS, ffmpegContainment: 'limits' } as const;
    const nommers = createNommers(wanting, new Map(), { onContained: () => undefined });
    await expect(nommers).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: expect.stringMatching(/FFMPEG_CONTAINMENT is limits, .* only none: .*no setpriv/),
    });
  });
});
