import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainFailure } from '../../../../src/nommers/ffmpeg/explain-failure.ts';
import { probeOutput } from '../../../../src/nommers/ffmpeg/probe-output.ts';
import { runFFmpeg } from '../../../../src/nommers/ffmpeg/run-ffmpeg.ts';
import type { Containment } from '../../../../src/nommers/ffmpeg/containment/containment.ts';

const LIMITS = { maxMemoryBytes: 1e9, maxOutputBytes: 1e9, maxSeconds: 60 };
const NONE: Containment = {
  level: 'none',
  lacking: [],
  signalsByExitCode: false,
  wrap: ({ program, args }) => [program, args],
};
const { signal } = new AbortController();

async function openDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'media-nommer-start-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe('a machine that cannot start a program just now', () => {
  it('is not taken for FFmpeg that failed', async () => {
    const end = await runFFmpeg({
      ffmpeg: '/bin/true',
      args: [],
      secrets: [],
      containment: NONE,
      workDir: join(await openDirectory(), 'gone'),
      source: '/source.mp4',
      output: null,
      stallSeconds: 5,
      signal,
      onBlock: () => {},
      onLine: () => {},
    });
    expect(explainFailure(end, LIMITS)).toMatchObject({
      code: 'INTERNAL',
      retryable: true,
      message: expect.stringMatching(/^The node could not start FFmpeg: .*gone/u) as string,
    });
  });

  it('holds nothing against an output that it cannot look at', async () => {
    const workDir = await openDirectory();
    await writeFile(join(workDir, 'output.mp4'), 'perhaps a film');
    const capabilities = { ffprobe: '/nowhere/ffprobe', containment: NONE, probesAhead: false };
    const setup = { capabilities, workDir, source: '/source.mp4', signal, timeoutSeconds: 5 };
    const looking = probeOutput(
      { name: 'output.mp4', muxer: null, hasMoovAtom: false },
      setup,
      undefined,
    );
    await expect(looking).rejects.toMatchObject({ code: 'ENCODE_CRASHED', retryable: true });
  });

  it('takes a link for no output, wherever it leads', async () => {
    const workDir = await openDirectory();
    await symlink('/etc/passwd', join(workDir, 'output.yuv'));
    const capabilities = { ffprobe: '/nowhere/ffprobe', containment: NONE, probesAhead: false };
    const setup = { capabilities, workDir, source: '/source.mp4', signal, timeoutSeconds: 5 };
    const output = { name: 'output.yuv', muxer: 'rawvideo', hasMoovAtom: false };
    await expect(probeOutput(output, setup, undefined)).rejects.toMatchObject({
      code: 'OUTPUT_INCOMPLETE',
    });
  });
});
