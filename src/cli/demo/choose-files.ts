import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NommerError, received } from '../../core/errors.ts';
import { DEFAULT_PRESET } from '../submit/job-options.ts';
import { chooseOutputFile } from './choose-output-file.ts';
import { makeSample } from './make-sample.ts';

/** Absolute paths. */
export interface DemoFiles {
  readonly source: string;
  readonly output: string;
}

/**
 * What the demo encodes, and where to: the given file under a new name, or a clip that is made for it.
 * @throws NommerError SOURCE_NOT_FOUND, ENCODE_FAILED
 */
export async function chooseFiles(
  given: string | undefined,
  demoDir: string,
  ffmpeg: string,
): Promise<DemoFiles> {
  if (given === undefined) {
    const source = join(demoDir, 'sample.mov');
    await makeSample(source, ffmpeg);
    return { source, output: join(demoDir, `sample.${DEFAULT_PRESET}.mp4`) };
  }
  const source = resolve(given);
  if (!(await isFile(source))) {
    throw new NommerError('SOURCE_NOT_FOUND', `There is no such file; received ${received(given)}`);
  }
  const output = await chooseOutputFile(source, { suffix: DEFAULT_PRESET, fallbackDir: demoDir });
  return { source, output };
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
