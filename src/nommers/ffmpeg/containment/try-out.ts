import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { CHILD_ENVIRONMENT, type Command, type Containment } from './containment.ts';

const GIVE_UP_AFTER_MS = 30_000;

/** @returns what the command says of its failure, in one line: it may not be allowed what it needs */
export async function tryOut([program, args]: Command, cwd?: string): Promise<string | undefined> {
  const { failed, stderr, shortMessage } = await execa(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    reject: false,
    stdin: 'ignore',
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    timeout: GIVE_UP_AFTER_MS,
  });
  if (!failed) return undefined;
  const [said = ''] = stderr.trim().split('\n', 1);
  return said === '' ? shortMessage : said;
}

/** Starts both programs as a job would have it. @returns what is said of the failure */
export async function tryOutPrograms(
  containment: Pick<Containment, 'wrap'>,
  { ffmpeg, ffprobe }: { readonly ffmpeg: string; readonly ffprobe: string },
): Promise<string | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'media-nommer-try-'));
  try {
    const [workDir, source] = [join(dir, 'work'), join(dir, 'source')];
    await mkdir(workDir);
    await writeFile(source, '');
    const versionOf = (program: string) =>
      tryOut(
        containment.wrap({ program, args: ['-version'], workDir, sources: [source] }),
        workDir,
      );
    const [encoder, prober] = await Promise.all([versionOf(ffmpeg), versionOf(ffprobe)]);
    return encoder ?? prober;
  } finally {
    await rm(dir, { recursive: true });
  }
}
