import { readFile } from 'node:fs/promises';
import { isErrnoException, NommerError, received } from '../core/errors.ts';

/** The token in a file that holds nothing else. @throws NommerError BADINPUT, which never shows it */
export async function readTokenFile(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    const why = isErrnoException(thrown) ? thrown.code : String(thrown);
    throw new NommerError(
      'BADINPUT',
      `--token-file must name a file that can be read (${why}); received ${received(path)}`,
      { cause: thrown },
    );
  });
  const token = text.trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new NommerError(
    'BADINPUT',
    `--token-file must name a file with a token alone in it; received ${received(path)}`,
  );
}
