import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIP, makeMedia, nomAFile, onePass, openDirectory } from './nom-a-file.ts';

const QUICK = { 'c:v': 'libx264', preset: 'ultrafast', 'c:a': 'aac', f: 'mp4' };
const KEY = '00112233445566778899aabbccddeeff';
const KID = 'ffeeddccbbaa99887766554433221100';
const NO_KEY = 'no-key-in-hex-digits-at-all';

let clip: string;

beforeAll(async () => {
  clip = await makeMedia(join(await openDirectory(afterAll), 'clip.mp4'), CLIP);
});

const encrypting = (key: string) =>
  onePass({
    ...QUICK,
    encryption_scheme: 'cenc-aes-ctr',
    encryption_key: key,
    encryption_kid: KID,
  });

describe('the key that a job has its output encrypted with', { timeout: 60_000 }, () => {
  it('is used, and is not in the log', async () => {
    const { result, log } = await nomAFile(clip, encrypting(KEY));
    expect(result.outputs[0]?.facts.video?.codec).toBe('h264');
    expect(log.join('\n')).toContain('-encryption_key ***');
    expect(log.join('\n')).not.toContain(KEY);
  });

  it('is not in the log either, nor in the error, when FFmpeg cannot read it', async () => {
    const log: string[] = [];
    const given = { onLog: (line: string) => void log.push(line) };
    const failure = await nomAFile(clip, encrypting(NO_KEY), given).catch(
      (thrown: unknown) => thrown,
    );
    expect(failure).toMatchObject({ code: expect.stringMatching(/^ENCODE_FAILED|BAD_OPTION$/) });
    expect(String(failure)).not.toContain(NO_KEY);
    expect(log.join('\n')).toMatch(/encryption_key to value \*\*\*/);
    expect(log.join('\n')).not.toContain(NO_KEY);
  });
});
