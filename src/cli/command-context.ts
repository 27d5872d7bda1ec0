import type { Client } from '../client/client.ts';
import { createClient } from '../client/client.ts';
import { loadNomconf, type LoadedNomconf } from '../conf/load-nomconf.ts';
import { NommerError } from '../core/errors.ts';
import { TOKEN_ADVICE } from './explain-error.ts';
import { feederdUrl } from './feederd-url.ts';
import { createOutput, type Output } from './output.ts';
import { readTokenFile } from './read-token-file.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface CommandContext {
  readonly output: Output;
  readonly nomconf: LoadedNomconf;
  /** Where feederd is. */
  readonly url: string;
  readonly client: Client;
}

/** @throws NommerError BAD_SETTING, BADINPUT */
export async function createContext(options: GlobalOptions): Promise<CommandContext> {
  const { url, tokenFile, config, json } = options;
  const nomconf = await loadNomconf({ configPath: config });
  const { settings } = nomconf;
  const where = url ?? feederdUrl(settings);
  refuseTokenIn(where);
  const token = tokenFile === undefined ? settings.feederdToken : await readTokenFile(tokenFile);
  return {
    output: createOutput(json === true),
    nomconf,
    url: where,
    // A person is told at once that feederd does not run; what must not be lost says so itself.
    client: createClient({ url: where, token, retries: 0 }),
  };
}

function refuseTokenIn(url: string): void {
  const { username, password } = URL.parse(url) ?? { username: '', password: '' };
  if (username === '' && password === '') return;
  throw new NommerError(
    'BADINPUT',
    `--url must hold no token, as everybody on this machine can read command lines. ${TOKEN_ADVICE}`,
  );
}
