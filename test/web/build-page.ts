import { join } from 'node:path';
import { build } from 'vite';

/** Builds the page into dist/web, where feederd finds it. */
export async function setup(): Promise<void> {
  const configFile = join(import.meta.dirname, '../../src/web/vite.config.ts');
  await build({ configFile, logLevel: 'warn' });
}
