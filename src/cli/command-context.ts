import type { Client } from '../client/client.ts';
import { createClient } from '../client/client.ts';
import { loadNomconf, type LoadedNomconf } from '../conf/load-nomconf.ts';
import { feederdUrl } from './feederd-url.ts';
import { createOutput, type Output } from './output.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface CommandContext {
  readonly output: Output;
  readonly nomconf: LoadedNomconf;
  /** Where feederd is; may hold a token, so show it only through `redact`. */
  readonly url: string;
  readonly client: Client;
}

/** @throws NommerError BAD_SETTING, BADINPUT */
export async function createContext({ url, config, json }: GlobalOptions): Promise<CommandContext> {
  const nomconf = await loadNomconf({ configPath: config });
  const where = url ?? feederdUrl(nomconf.settings);
  return {
    output: createOutput(json === true),
    nomconf,
    url: where,
    client: createClient({ url: where }),
  };
}
